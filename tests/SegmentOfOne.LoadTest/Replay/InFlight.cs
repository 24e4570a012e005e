namespace SegmentOfOne.LoadTest.Replay;

/// <summary>Turns that were handed over and are not answered yet.</summary>
public sealed class InFlight
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _none;
    private long _count;

    public void Add() => Interlocked.Increment(ref _count);

    public void Remove()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            lock (_gate)
            {
                _none?.TrySetResult();
            }
        }
    }

    /// <summary>Completes when all that were handed over before are answered. For the one who hands them over, while it does not.</summary>
    public Task None(CancellationToken ct)
    {
        lock (_gate)
        {
            _none = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Volatile.Read(ref _count) == 0)
            {
                return Task.CompletedTask;
            }

            return _none.Task.WaitAsync(ct);
        }
    }
}
