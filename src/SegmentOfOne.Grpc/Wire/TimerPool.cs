using System.Collections.Concurrent;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>Timers used again and again: starting one for a call allocates nothing once the pool is warm.</summary>
internal sealed class TimerPool(TimeProvider time)
{
    // Above this many idle timers the rest are left to the collector.
    private const int MaxIdle = 4096;

    private readonly ConcurrentQueue<PooledTimer> _idle = new();

    public TimeProvider Time => time;

    /// <summary>A timer to start; <see cref="PooledTimer.Stop"/> gives it back.</summary>
    public PooledTimer Rent() => _idle.TryDequeue(out var timer) ? timer : new PooledTimer(this);

    internal bool TryReturn(PooledTimer timer)
    {
        if (_idle.Count >= MaxIdle)
        {
            return false;
        }

        _idle.Enqueue(timer);
        return true;
    }
}
