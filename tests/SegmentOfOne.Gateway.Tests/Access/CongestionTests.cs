using SegmentOfOne.Gateway.Access;

namespace SegmentOfOne.Gateway.Tests.Access;

public sealed class CongestionTests
{
    private static readonly TimeSpan Late = Congestion.Target + TimeSpan.FromTicks(1);

    [Fact]
    public void What_waited_too_long_is_refused_and_nothing_else()
    {
        using var congestion = new Congestion(TimeProvider.System, watches: false);
        congestion.Refuses.ShouldBeFalse();
        congestion.Look(Late, Congestion.Least, compiles: false);
        congestion.Refuses.ShouldBeTrue();
        congestion.Look(Congestion.Target, Congestion.Least, compiles: false);
        congestion.Refuses.ShouldBeFalse();
    }

    /// <summary>On a machine that is busy with something else little of ours waits.</summary>
    [Fact]
    public void Where_little_waits_nothing_is_refused_however_long()
    {
        using var congestion = new Congestion(TimeProvider.System, watches: false);
        congestion.Look(TimeSpan.FromSeconds(10), Congestion.Least - 1, compiles: false);
        congestion.Refuses.ShouldBeFalse();
    }

    [Fact]
    public void A_process_that_compiles_what_it_runs_is_given_time()
    {
        using var congestion = new Congestion(TimeProvider.System, watches: false);
        congestion.Look(Congestion.Patience, Congestion.Least, compiles: true);
        congestion.Refuses.ShouldBeFalse();
        congestion.Look(Congestion.Patience + TimeSpan.FromTicks(1), Congestion.Least, compiles: true);
        congestion.Refuses.ShouldBeTrue();
    }

    /// <summary>With all threads of the pool held, calls are refused by name and told when to come again; let go, all is as before.</summary>
    [Fact]
    public async Task It_sees_work_wait_and_sees_it_wait_no_more()
    {
        using var congestion = new Congestion(TimeProvider.System);
        using var hold = new ManualResetEventSlim();
        for (var item = 0; item < 4 * Congestion.Least; item++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => hold.Wait(), null);
        }

        await Until(() => congestion.Refuses);
        hold.Set();
        await Until(() => !congestion.Refuses);
    }

    /// <summary>On a thread of its own: those of the pool are held.</summary>
    private static Task Until(Func<bool> holds) => Task.Factory.StartNew(
        () =>
        {
            var began = TimeProvider.System.GetTimestamp();
            while (!holds())
            {
                TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromMinutes(2));
                Thread.Sleep(5);
            }
        },
        TaskCreationOptions.LongRunning);
}
