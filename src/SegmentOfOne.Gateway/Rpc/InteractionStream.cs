using System.Threading.Channels;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Gateway.Rpc;

/// <summary>
/// One InteractStream call: many turns in flight, but those of one customer one after another, in the order in which they came.
/// A reply leaves when its turn is durable. At most <see cref="Window"/> requests are taken and not yet answered, so a caller
/// that does not read its replies is read from no further.
/// </summary>
internal sealed class InteractionStream(
    Gate gate,
    Caller caller,
    RequestStream<V1.InteractRequest> requests,
    ResponseStream<V1.InteractReply> replies,
    GrpcCall call) : IDisposable
{
    /// <summary>Requests of one stream that may be taken and not yet answered.</summary>
    public const int Window = 1024;

    /// <summary>Replies that share a flush at the most.</summary>
    private const int FlushAfter = 64;

    // Which customers have a turn under way, and the task that ends with their last one. Only the reading side touches it.
    private readonly Dictionary<V1.Identifier, Task> _last = [];
    private readonly SemaphoreSlim _room = new(Window);
    private readonly Channel<V1.InteractReply> _answers = Channel.CreateUnbounded<V1.InteractReply>(new() { SingleReader = true });
    private readonly CancellationToken _ct = call.CancellationToken;
    private readonly Workspace _workspace = caller.Workspace;

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
            if (gate.TakeMessage(caller) is { } tooMany)
            {
                Answer(tooMany, request.InteractionId);
                if (tooMany.Grpc == StatusCode.Unauthenticated)
                {
                    // The key ended while the stream went on: what was begun is answered, nothing more is taken.
                    return;
                }

                continue;
            }

            Take(request);
        }
    }

    private void Take(V1.InteractRequest request)
    {
        var customer = request.Customer ?? new V1.Identifier();
        var before = _last.GetValueOrDefault(customer);
        var turn = Turn(request, before is { IsCompleted: false } ? before : null);
        if (!turn.IsCompleted)
        {
            _last[customer] = turn;
        }

        if (_last.Count > 2 * Window)
        {
            Forget();
        }
    }

    private async Task Turn(V1.InteractRequest request, Task? before)
    {
        if (before is not null)
        {
            await before.ConfigureAwait(false);
        }

        try
        {
            var turning = _workspace.Experience.Interact(request, caller, _ct);
            var answer = await (caller.IsPerson ? caller.Noted("interactStream", request.Customer, turning) : turning).ConfigureAwait(false);
            if (answer.Succeeded)
            {
                Answer(answer.Reply);
            }
            else
            {
                Answer(answer.Failure, request.InteractionId);
            }
        }
        catch (OperationCanceledException) when (_ct.IsCancellationRequested)
        {
            Leave();
        }
        catch (Exception exception)
        {
            Answer(_workspace.Telemetry.Explain(exception), request.InteractionId);
        }
    }

    private void Answer(Failure failure, string interactionId)
    {
        _workspace.Telemetry.Failed(failure);
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
        foreach (var (customer, task) in _last)
        {
            if (task.IsCompleted)
            {
                _last.Remove(customer);
            }
        }
    }
}
