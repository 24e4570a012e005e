using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Shop;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Replay;

/// <summary>
/// One InteractStream that carries all turns of some customers, in order, many of them in flight. A closed loop: when the
/// service is slow the next turn waits, and latency counts from the writing.
/// </summary>
public sealed class ReplayLane
{
    private readonly ExperienceClient _client;
    private readonly Channel<ShopTurn> _turns;
    private readonly int _inFlight;
    private readonly bool _decide;
    private readonly InFlight _unanswered;

    // By interaction id, which names the invoice and is therefore unique among all customers of the shop.
    private readonly ConcurrentDictionary<string, long> _sentAt = new(StringComparer.Ordinal);

    /// <param name="inFlight">How many turns may wait for their reply.</param>
    /// <param name="decide">Whether each turn asks for a decision.</param>
    /// <param name="unanswered">Told of each turn that is handed over and answered.</param>
    public ReplayLane(ExperienceClient client, int inFlight, bool decide, InFlight unanswered)
    {
        _client = client;
        _unanswered = unanswered;
        _decide = decide;
        _inFlight = inFlight;
        _turns = Channel.CreateBounded<ShopTurn>(new BoundedChannelOptions(inFlight) { SingleReader = true, SingleWriter = true });
    }

    /// <summary>What came back so far.</summary>
    public ReplayTally Tally { get; } = new();

    /// <summary>Hands over the next turn; waits while the lane is full.</summary>
    public ValueTask Send(ShopTurn turn, CancellationToken ct)
    {
        _unanswered.Add();
        return _turns.Writer.WriteAsync(turn, ct);
    }

    /// <summary>Says that no more turns come.</summary>
    public void Complete() => _turns.Writer.Complete();

    /// <summary>Sends what is handed over until <see cref="Complete"/>, and returns when all of it is answered.</summary>
    /// <exception cref="SegmentOfOne.Grpc.GrpcException">The call ended before its time.</exception>
    public async Task Run(CancellationToken ct)
    {
        using var call = _client.InteractStream(ct);
        using var window = new SemaphoreSlim(_inFlight);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writing = Write(call, window, ended.Token);
        try
        {
            // How a call ended is told to its reader.
            await Read(call, window);
        }
        catch
        {
            await ended.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        await writing;
    }

    private async Task Write(GrpcStreamCall<InteractRequest, InteractReply> call, SemaphoreSlim window, CancellationToken ct)
    {
        await foreach (var turn in _turns.Reader.ReadAllAsync(ct))
        {
            await window.WaitAsync(ct);
            _sentAt[turn.InteractionId] = Stopwatch.GetTimestamp();
            await call.WriteAsync(turn.ToRequest(_decide));
        }
        call.CompleteWriting();
    }

    private async Task Read(GrpcStreamCall<InteractRequest, InteractReply> call, SemaphoreSlim window)
    {
        await foreach (var reply in call)
        {
            if (!_sentAt.TryRemove(reply.InteractionId, out long sentAt))
            {
                throw new InvalidDataException($"a reply to '{reply.InteractionId}', which was not asked");
            }
            Tally.Count(reply, (long)Stopwatch.GetElapsedTime(sentAt).TotalNanoseconds);
            _unanswered.Remove();
            window.Release();
        }
        if (!_sentAt.IsEmpty)
        {
            throw new InvalidDataException($"the stream ended with {_sentAt.Count} turns not answered");
        }
    }
}
