using System.Collections.Concurrent;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>Timers used again and again: starting one for a call allocates nothing once the pool is warm.</summary>
internal sealed class TimerPool(TimeProvider time)
{
    // Above this many idle timers the rest are left to the collector.
    private const int MaxIdle = 4096;

    private readonly ConcurrentQueue<PooledTimer> _idle = new();

    public TimeProvider Time => time;

    /// <summary>
    /// Calls <paramref name="callback"/> once, on a timer thread, after <paramref name="due"/>, unless the timer is stopped first.
    /// The callback runs under the timer's lock, so that it is over once <see cref="PooledTimer.Stop"/> has returned: it must
    /// neither block nor run foreign code.
    /// </summary>
    public PooledTimer Start(TimeSpan due, Action<object> callback, object state)
    {
        if (!_idle.TryDequeue(out var timer))
        {
            timer = new PooledTimer(this);
        }

        timer.Start(due, callback, state);
        return timer;
    }

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
