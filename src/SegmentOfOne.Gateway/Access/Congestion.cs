using System.Runtime;

namespace SegmentOfOne.Gateway.Access;

/// <summary>
/// Refuses calls while more come than there are processors for. Far beyond capacity they would wait for a thread before anything of ours sees
/// them, and all of them be answered too late. So a thread of its own puts marks behind what waits in the pool, and each says, when its turn has
/// come, how long that has waited which begins now. What has waited longer than <see cref="Target"/> is refused: at once, and for a fraction of what
/// a turn costs. So as much is let in as there are processors for, and what is let in is in time.
/// </summary>
public sealed class Congestion : IDisposable
{
    /// <summary>How long work may wait in the pool. An answered call waits there a few times: to begin, when its turn is durable, to be written.</summary>
    public static readonly TimeSpan Target = TimeSpan.FromMilliseconds(50);

    /// <summary>How long while much is being compiled: a process that has just begun is slow for a moment, and soon isn't.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>So much work has to wait as well: where it is less, the machine is busy with something else, and refusing would not help.</summary>
    public const int Least = 1_024;

    /// <summary>Marks that are under way at once. When all are, the oldest says enough.</summary>
    private const int Marks = 1_024;

    /// <summary>Of the time that passes, the share in the compiler from which on much is being compiled.</summary>
    private const double Compiling = 0.1;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _time;
    private readonly ManualResetEvent _stop = new(false);
    private readonly long[] _put = new long[Marks];
    private readonly Thread? _thread;
    private long _puts;
    private long _returns;
    private TimeSpan _compiled;
    private long _compiledAt;
    private volatile bool _compiles;
    private volatile bool _refuses;

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

    /// <summary>When to come again.</summary>
    public static TimeSpan RetryAfter { get; } = 4 * Target;

    /// <summary>Whether calls that begin now are refused.</summary>
    public bool Refuses => _refuses;

    /// <summary>Takes in how long that has waited which begins now, how much waits, and whether much is being compiled.</summary>
    public void Look(TimeSpan wait, long waiting, bool compiles) => _refuses = waiting >= Least && wait > (compiles ? Patience : Target);

    private TimeSpan Now => _time.GetElapsedTime(0);

    public void Dispose()
    {
        _stop.Set();
        _thread?.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        while (!_stop.WaitOne(Every))
        {
            var now = Now;
            LookAtCompiler(now);
            var returned = Volatile.Read(ref _returns);
            var waiting = ThreadPool.PendingWorkItemCount;
            if (returned < _puts)
            {
                Look(now - Put(returned), waiting, _compiles);
            }

            // Where hardly anything waits, a mark would only wake a thread.
            if (waiting >= Least / 8 && _puts - returned < Marks)
            {
                Volatile.Write(ref _put[_puts++ % Marks], now.Ticks);
                ThreadPool.UnsafeQueueUserWorkItem(static self => self.Return(), this, preferLocal: false);
            }
        }
    }

    /// <summary>A mark's turn has come.</summary>
    private void Return() => Look(Now - Put(Interlocked.Increment(ref _returns) - 1), ThreadPool.PendingWorkItemCount, _compiles);

    private TimeSpan Put(long mark) => new(Volatile.Read(ref _put[mark % Marks]));

    private void LookAtCompiler(TimeSpan now)
    {
        var passed = now.Ticks - _compiledAt;
        if (passed >= 10 * Every.Ticks)
        {
            var compiled = JitInfo.GetCompilationTime();
            _compiles = (compiled - _compiled).Ticks > passed * Compiling;
            (_compiled, _compiledAt) = (compiled, now.Ticks);
        }
    }
}
