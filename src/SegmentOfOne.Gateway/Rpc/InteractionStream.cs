using System.Threading.Channels;
using SegmentOfOne.Engine;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Gateway.Rpc;

/// <summary>
/// One InteractStream call: many turns in flight, those of one customer one after another and answered in the order in which they came.
/// A turn begins when the one before has its place in the customer's order; a reply leaves when its turn is durable. At most <see cref="Window"/> requests are taken and not yet answered, so a caller
/// that does not read its replies is read from no further.
/// </summary>
internal sealed class InteractionStream(
    Experience experience,
    Telemetry telemetry,
    RequestStream<V1.InteractRequest> requests,
    ResponseStream<V1.InteractReply> replies,
    GrpcCall call) : IDisposable
{
    /// <summary>Requests of one stream that may be taken and not yet answered.</summary>
    public const int Window = 1024;

    /// <summary>Replies that share a flush at the most.</summary>
    private const int FlushAfter = 64;

    // Which customers have a turn under way, and their last one as Begin says. Only the reading side touches it.
    private readonly Dictionary<V1.Identifier, Task<Task>> _last = [];
    private readonly SemaphoreSlim _room = new(Window);
    private readonly Channel<V1.InteractReply> _answers = Channel.CreateUnbounded<V1.InteractReply>(new() { SingleReader = true });
    private readonly CancellationToken _ct = call.CancellationToken;

    // The reading side and every request under way; the last one to leave closes the answers.
    private int _open = 1;

    public async ValueTask Run()
    {
        var writing = Write();
        var drained = false;
        try
        {
            await Read().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (call.Draining.IsCancellationRequested && !_ct.IsCancellationRequested)
        {
            drained = true;
        }
        finally
        {
            Leave();
            await writing.ConfigureAwait(false);
        }

        if (drained)
        {
            // Everything begun is answered; the rest of the stream may go elsewhere.
            throw new OperationCanceledException(call.Draining);
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task Read()
    {
        while (true)
        {
            await _room.WaitAsync(_ct).ConfigureAwait(false);
            V1.InteractRequest? request;
            try
            {
                request = await requests.ReadAsync(call.Draining).ConfigureAwait(false);
            }
            catch (GrpcException malformed) when (malformed.Status == StatusCode.InvalidArgument)
            {
                // The message is passed over; nothing is known of it, not even whose it was.
                Interlocked.Increment(ref _open);
                Answer(Failure.Invalid("malformed_message", malformed.Message), "");
                continue;
            }

            if (request is null)
            {
                return;
            }

            Interlocked.Increment(ref _open);
            Take(request);
        }
    }

    private void Take(V1.InteractRequest request)
    {
        var customer = request.Customer ?? new V1.Identifier();
        var begun = Begin(request, _last.GetValueOrDefault(customer));
        if (!IsAnswered(begun))
        {
            _last[customer] = begun;
        }

        if (_last.Count > 2 * Window)
        {
            Forget();
        }
    }

    /// <summary>Ends when the turn has its place behind <paramref name="last"/>; what it ends with ends when the turn is answered.</summary>
    private async Task<Task> Begin(V1.InteractRequest request, Task<Task>? last)
    {
        var before = last is null ? null : await last.ConfigureAwait(false);
        var place = new TurnPlace();
        var answered = Answer(experience.Interact(request, place, _ct), before, request.InteractionId);
        if (!place.IsTaken)
        {
            await answered.ConfigureAwait(false);
        }

        return answered;
    }

    private async Task Answer(ValueTask<Answer<V1.InteractReply>> turn, Task? before, string interactionId)
    {
        Answer<V1.InteractReply> answer;
        try
        {
            answer = await turn.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_ct.IsCancellationRequested)
        {
            Leave();
            return;
        }
        catch (Exception exception)
        {
            answer = telemetry.Explain(exception);
        }

        if (before is not null)
        {
            await before.ConfigureAwait(false);
        }

        if (answer.Succeeded)
        {
            Answer(answer.Reply);
        }
        else
        {
            Answer(answer.Failure, interactionId);
        }
    }

    private void Answer(Failure failure, string interactionId)
    {
        telemetry.Failed(failure);
        Answer(Wire.ToWire(failure, interactionId));
    }

    private void Answer(V1.InteractReply reply)
    {
        _answers.Writer.TryWrite(reply);
        Leave();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _answers.Writer.Complete();
        }
    }

    private async Task Write()
    {
        while (await _answers.Reader.WaitToReadAsync(_ct).ConfigureAwait(false))
        {
            var written = 0;
            while (written < FlushAfter && _answers.Reader.TryRead(out var reply))
            {
                replies.Write(reply);
                written++;
            }

            await replies.FlushAsync().ConfigureAwait(false);
            _room.Release(written);
        }
    }

    // Twice the window holds at least a window of finished ones, so this is rare.
    private void Forget()
    {
        foreach (var (customer, begun) in _last)
        {
            if (IsAnswered(begun))
            {
                _last.Remove(customer);
            }
        }
    }

    private static bool IsAnswered(Task<Task> begun) => begun.IsCompletedSuccessfully && begun.Result.IsCompleted;
}
