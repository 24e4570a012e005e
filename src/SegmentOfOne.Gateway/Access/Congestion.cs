namespace SegmentOfOne.Gateway.Access;

/// <summary>
/// Refuses calls while more come than there are processors for. Far beyond capacity they would wait for a thread before anything of ours sees
/// them, and all of them be answered too late; so a thread of its own looks how long work waits in the pool, and while that is longer than
/// <see cref="Target"/>, a growing share of the calls that begin is refused: at once, and for a fraction of what a turn costs. What is let in is in time.
/// </summary>
public sealed class Congestion : IDisposable
{
    /// <summary>How long work may wait in the pool.</summary>
    public static readonly TimeSpan Target = TimeSpan.FromMilliseconds(100);

    /// <summary>So much work has to wait as well: where it is less, the machine is busy with something else, and refusing would not help.</summary>
    public const int Least = 512;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _time;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread? _thread;
    private long _asked;
    private long _answered;
    private uint _share;
    private long _sum;

    /// <param name="watches">Whether the pool is looked at; tests say themselves how long work waits.</param>
    public Congestion(TimeProvider time, bool watches = true)
    {
        _time = time;
        if (watches)
        {
            _thread = new Thread(Watch) { IsBackground = true, Name = "congestion" };
            _thread.Start();
        }
    }

    /// <summary>Which share of the calls is refused now, 0 to 1.</summary>
    public double Share => Volatile.Read(ref _share) / (double)uint.MaxValue;

    /// <summary>When to come again.</summary>
    public static TimeSpan RetryAfter { get; } = 2 * Target;

    /// <summary>Whether a call that begins now is refused. Of many calls exactly the share is, evenly spread.</summary>
    public bool Refuses()
    {
        var share = Volatile.Read(ref _share);
        return share != 0 && (uint)Interlocked.Add(ref _sum, share) < share;
    }

    /// <summary>Takes in how long work waits: quickly more is refused, slowly less.</summary>
    public void Look(TimeSpan wait, long waiting)
    {
        var share = Share;
        share = wait > Target && waiting >= Least
            ? Math.Min(0.98, share + (0.02 * Math.Min(4, wait / Target)))
            : Math.Max(0, (share * 0.98) - 0.002);
        Volatile.Write(ref _share, (uint)(share * uint.MaxValue));
    }

    private long Now => _time.GetElapsedTime(0).Ticks;

    public void Dispose()
    {
        _stop.Set();
        _thread?.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        while (!_stop.Wait(Every))
        {
            // One probe at a time: while it waits, how long it has waited so far is known too.
            var (asked, answered) = (Volatile.Read(ref _asked), Volatile.Read(ref _answered));
            if (answered >= asked)
            {
                Look(TimeSpan.FromTicks(Math.Max(0, answered - asked)), ThreadPool.PendingWorkItemCount);
                Volatile.Write(ref _asked, Now);
                ThreadPool.UnsafeQueueUserWorkItem(static self => Volatile.Write(ref self._answered, self.Now), this, preferLocal: false);
            }
            else
            {
                Look(TimeSpan.FromTicks(Now - asked), ThreadPool.PendingWorkItemCount);
            }
        }
    }
}
