using System.Diagnostics;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Running;

/// <summary>Makes the calls of a phase, over its connections in turn, and tells the tally how each ended.</summary>
public sealed class CallSender(IReadOnlyList<ExperienceClient> connections, Phase phase, PhaseTally tally)
{
    private readonly GrpcCallOptions _options = new() { Timeout = phase.Deadline };
    private uint _turn;

    /// <summary>
    /// Makes one call, with its repeats, that the tally has as sent. It ends when the call has, at the latest by its deadline, and
    /// doesn't throw for what the service or the network did.
    /// </summary>
    /// <param name="since">From when latency is measured, as <see cref="Stopwatch"/> tells it.</param>
    public async Task Send(InteractRequest request, long since)
    {
        var connection = connections[(int)(Interlocked.Increment(ref _turn) % (uint)connections.Count)];
        var begun = Stopwatch.GetTimestamp();
        var options = _options;
        for (var attempt = 1; ; attempt++)
        {
            CallFailure failure;
            try
            {
                var reply = await connection.Interact(request, options, CancellationToken.None);
                tally.Answer(reply.Duplicate, (long)Stopwatch.GetElapsedTime(since).TotalNanoseconds);
                return;
            }
            catch (GrpcException failed)
            {
                failure = CallFailure.Of(failed);
            }
            if (failure.IsRefusal)
            {
                tally.Refusal(failure);
            }
            if (failure.Pushback is not { } wait || !(attempt < phase.Retry?.Attempts) || Stopwatch.GetElapsedTime(begun) + wait >= phase.Deadline)
            {
                tally.Fail(failure);
                return;
            }
            await Task.Delay(wait);
            var left = phase.Deadline - Stopwatch.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
            {
                tally.Fail(failure);
                return;
            }
            options = new GrpcCallOptions { Timeout = left };
            tally.Retry();
        }
    }
}
