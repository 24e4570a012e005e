using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Grpc;
using SegmentOfOne.Silo.Tests.Support;
using Xunit.Abstractions;

namespace SegmentOfOne.Silo.Tests;

/// <summary>Four silos, a process each, on a PostgreSQL of their own, under load, while something breaks.</summary>
public sealed class FaultTests(PostgreSqlServer server, ITestOutputHelper output) : IClassFixture<PostgreSqlServer>
{
    private const int Silos = 4, CallersEach = 4, CustomersEach = 10;

    /// <summary>Customers of a silo that died answer again within this time, also on a machine that is busy with other things; on a quiet one in five seconds.</summary>
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(30);

    [PostgreSqlFact]
    public async Task After_kill_9_of_a_silo_nothing_acknowledged_is_lost_or_doubled_others_never_wait_and_its_customers_answer_again()
    {
        using var cluster = await Start();
        await using var callers = new Callers(cluster, Silos * CallersEach, CustomersEach);
        await callers.Start();

        var killed = TimeProvider.System.GetTimestamp();
        await cluster.Silos[1].Kill();
        await callers.Progress();
        await cluster.WaitForMembers(0, Silos - 1);
        await callers.Progress();
        await callers.Stop();

        Say(callers, killed);
        var touched = callers.Acknowledged.Where(one => one.Ended > killed).ToLookup(one => callers.Home(one.Caller) == 1);
        touched[false].ShouldAllBe(one => one.Tries == 1);
        touched[true].Max(one => one.Took).ShouldBeLessThan(Promise);
        callers.Hung.ShouldBeEmpty();
        await callers.VerifyStories(through: 2);
    }

    [PostgreSqlFact]
    public async Task A_silo_that_is_frozen_for_30_s_and_woken_has_no_version_acknowledged_twice()
    {
        using var cluster = await Start();
        await using var callers = new Callers(cluster, Silos * CallersEach, CustomersEach);
        await callers.Start();

        var frozen = TimeProvider.System.GetTimestamp();
        cluster.Silos[1].Freeze();
        // Longer than it takes the others to declare it dead, and to bring into snapshots what it had not.
        await Task.WhenAll(Task.Delay(TimeSpan.FromSeconds(30)), callers.Progress());
        await cluster.WaitForMembers(0, Silos - 1);
        cluster.Silos[1].Wake();
        // It reads that it was declared dead, and ends itself.
        (await cluster.Silos[1].Exit()).ShouldNotBe(0);
        await callers.Progress();
        await callers.Stop();

        Say(callers, frozen);
        callers.Hung.ShouldBeEmpty();
        await callers.VerifyStories(through: 0);
    }

    [PostgreSqlFact]
    public async Task While_PostgreSQL_is_down_calls_are_UNAVAILABLE_and_afterwards_all_goes_on_and_nothing_is_lost()
    {
        // A server of its own: it is the one that breaks.
        using var own = new PostgreSqlServer();
        using var cluster = await Cluster.Start(own.CreateDatabase().ConnectionString, Silos);
        await using var callers = new Callers(cluster, Silos * CallersEach, CustomersEach);
        await callers.Start();

        var broken = TimeProvider.System.GetTimestamp();
        own.StopImmediately();
        while (callers.Failures.Count == 0)
        {
            await Task.Delay(50);
        }

        own.Start();
        await callers.Progress();
        await callers.Stop();

        Say(callers, broken);
        callers.Failures.Select(failure => failure.Status).Distinct().ShouldBe([StatusCode.Unavailable]);
        cluster.Silos.ShouldAllBe(silo => !silo.HasExited);
        await callers.VerifyStories(through: 3);
    }

    [PostgreSqlFact]
    public async Task While_all_four_silos_are_replaced_one_after_the_other_no_retrying_client_sees_a_failure()
    {
        using var cluster = await Start();
        await using var callers = new Callers(cluster, Silos * CallersEach, CustomersEach);
        await callers.Start();

        var began = TimeProvider.System.GetTimestamp();
        for (var silo = 0; silo < Silos; silo++)
        {
            (await cluster.Silos[silo].Terminate()).ShouldBe(0, cluster.Silos[silo].Error);
            await cluster.Replace(silo);
            await cluster.WaitForMembers(silo, Silos);
            await callers.Progress();
        }

        await callers.Stop();

        Say(callers, began);
        // Once at the gateway that goes, and then at another, which reaches the customer where it went.
        callers.Acknowledged.ShouldAllBe(one => one.Tries <= 3);
        callers.Failures.Select(failure => failure.Status).Distinct().ShouldBeSubsetOf([StatusCode.Unavailable]);
        callers.Hung.ShouldBeEmpty();
        await callers.VerifyStories(through: 0);
    }

    private Task<Cluster> Start() => Cluster.Start(server.CreateDatabase().ConnectionString, Silos);

    private void Say(Callers callers, long since)
    {
        var after = callers.Acknowledged.Where(one => one.Ended > since).ToList();
        output.WriteLine($"{callers.Acknowledged.Count} acknowledged, {after.Count} of them after it broke; {callers.Failures.Count} tries failed");
        foreach (var home in after.GroupBy(one => callers.Home(one.Caller)).OrderBy(home => home.Key))
        {
            output.WriteLine($"silo {home.Key}: slowest {home.Max(one => one.Took).TotalSeconds:0.000} s, most tries {home.Max(one => one.Tries)}");
        }

        foreach (var status in callers.Failures.GroupBy(failure => failure.Status))
        {
            output.WriteLine($"{status.Key}: {status.Count()}");
        }
    }
}
