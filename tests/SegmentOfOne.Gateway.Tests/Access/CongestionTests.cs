using SegmentOfOne.Gateway.Access;

namespace SegmentOfOne.Gateway.Tests.Access;

public sealed class CongestionTests
{
    private static readonly TimeSpan Late = 3 * Congestion.Target;

    [Fact]
    public void While_work_waits_too_long_more_and_more_is_refused_and_afterwards_less_and_less()
    {
        using var congestion = new Congestion(TimeProvider.System, watches: false);
        Refused(congestion, 1_000).ShouldBe(0);
        congestion.Look(Late, Congestion.Least);
        congestion.Share.ShouldBeInRange(0.01, 0.2);
        var before = 0.0;
        for (var look = 0; look < 100; look++)
        {
            congestion.Look(Late, Congestion.Least);
            congestion.Share.ShouldBeGreaterThanOrEqualTo(before);
            before = congestion.Share;
        }

        // Never all: somebody has to find out that it is over.
        congestion.Share.ShouldBeInRange(0.9, 0.99);
        for (var look = 0; look < 1_000; look++)
        {
            congestion.Look(Congestion.Target, Congestion.Least);
        }

        (congestion.Share, Refused(congestion, 1_000)).ShouldBe((0, 0));
    }

    [Fact]
    public void Of_many_calls_exactly_the_share_is_refused()
    {
        using var congestion = new Congestion(TimeProvider.System, watches: false);
        for (var look = 0; look < 8; look++)
        {
            congestion.Look(Late, Congestion.Least);
            ((double)Refused(congestion, 100_000)).ShouldBe(100_000 * congestion.Share, 1);
        }
    }

    /// <summary>On a machine that is busy with something else little of ours waits.</summary>
    [Fact]
    public void Where_little_waits_nothing_is_refused_however_long()
    {
        using var congestion = new Congestion(TimeProvider.System, watches: false);
        congestion.Look(TimeSpan.FromSeconds(10), Congestion.Least - 1);
        congestion.Share.ShouldBe(0);
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

        await Until(() => congestion.Share > 0);
        hold.Set();
        await Until(() => congestion.Share == 0);
    }

    private static int Refused(Congestion congestion, int calls) => Enumerable.Range(0, calls).Count(_ => congestion.Refuses());

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
