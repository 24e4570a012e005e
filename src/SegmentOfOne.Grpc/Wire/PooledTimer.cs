namespace SegmentOfOne.Grpc.Wire;

/// <summary>One timer of a <see cref="TimerPool"/>, with a token source for those that need one.</summary>
internal sealed class PooledTimer
{
    // System timers take no longer wait; a longer one is made of several.
    private static readonly TimeSpan LongestTick = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private readonly TimerPool _pool;
    private readonly ITimer _timer;
    private CancellationTokenSource? _cancellation;
    private CancellationTokenRegistration _link;
    private Action<object>? _callback;
    private object? _state;
    private long _startedAt;
    private TimeSpan _due;

    public PooledTimer(TimerPool pool)
    {
        _pool = pool;
        _timer = pool.Time.CreateTimer(static self => ((PooledTimer)self!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A source for the one who has the timer to cancel; the timer does not by itself.</summary>
    public CancellationTokenSource Cancellation => _cancellation ??= new CancellationTokenSource();

    /// <summary>Cancels the source when <paramref name="other"/> is cancelled, until the timer is stopped.</summary>
    public void CancelWith(CancellationToken other) =>
        _link = other.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), Cancellation);

    /// <summary>
    /// Calls <paramref name="callback"/> once, on a timer thread, after <paramref name="due"/>, unless the timer is stopped first;
    /// an infinite wait never ends. The callback runs under the timer's lock, so that it is over once <see cref="Stop"/> has
    /// returned: it must neither block nor run foreign code. It may start the timer anew.
    /// </summary>
    public void Start(TimeSpan due, Action<object> callback, object state)
    {
        lock (_gate)
        {
            _callback = callback;
            _state = state;
            _due = due;
            _startedAt = _pool.Time.GetTimestamp();
            Arm(due);
        }
    }

    /// <summary>
    /// Disarms the timer and gives it back; the starter forgets it. When this returns, the callback is not running and will not run.
    /// </summary>
    public void Stop()
    {
        // Waits for a cancellation that is on its way, which else would hit the next user.
        _link.Dispose();
        _link = default;
        lock (_gate)
        {
            _callback = null;
            _state = null;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        // A token that was cancelled cannot be taken back, so its source is not used again.
        if (_cancellation is { } cancellation && !cancellation.TryReset())
        {
            _cancellation = null;
        }

        if (!_pool.TryReturn(this))
        {
            _timer.Dispose();
            _cancellation?.Dispose();
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_callback is not { } callback)
            {
                return;
            }

            // A tick that was on its way when the timer was stopped and started again comes early; so does one of a long wait.
            var rest = _due - _pool.Time.GetElapsedTime(_startedAt);
            if (rest > TimeSpan.Zero)
            {
                Arm(rest);
                return;
            }

            var state = _state!;
            _callback = null;
            _state = null;
            callback(state);
        }
    }

    private void Arm(TimeSpan due)
    {
        if (due == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        // Timers count whole milliseconds; rounded up, a tick is seldom early.
        var wait = due <= TimeSpan.Zero ? TimeSpan.Zero : due > LongestTick ? LongestTick : TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
