using Npgsql;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Shared;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.WhatIfs;
using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests.Shared;

/// <summary>Several homes on one PostgreSQL. Invariant 4 of the design: two activations of a customer never both have a version acknowledged.</summary>
[Collection(DatabaseTests.Name)]
public sealed class SharedHomesTests(PostgreSqlServer server, ITestOutputHelper output)
{
    [PostgreSqlFact]
    public async Task Two_homes_that_fight_for_the_same_customers_acknowledge_each_interaction_once_and_number_without_gaps()
    {
        const int Callers = 24, Turns = 125;
        var database = server.CreateDatabase().Shared();
        await using var a = new EmbeddedEngine(await CustomerHome.Open(Options(database), default));
        await using var b = new EmbeddedEngine(await CustomerHome.Open(Options(database), default));
        var seed = Environment.TickCount;
        var fight = new Fight(a, b);
        await fight.Run(Callers, customers: 8, Turns, seed);
        output.WriteLine($"seed {seed}, unavailable {fight.Unavailable}");
        await fight.Check(Callers * Turns);

        // Whoever checkpointed what: each turn is in the sums once.
        foreach (var engine in new[] { a, b })
        {
            await engine.Drain(default);
        }

        var overview = await a.Overview(default);
        (overview.Turns, overview.Customers).ShouldBe((Callers * Turns, 8));
        overview.Channels.ShouldBe([new NamedCount("web", Callers * Turns)]);
        overview.Stages.Sum(stage => stage.Occupancy).ShouldBe(8);
    }

    /// <summary>Numbers of the trail are the fence: who comes second comes behind.</summary>
    [PostgreSqlFact]
    public async Task Homes_that_write_the_audit_trail_at_once_write_one_chain()
    {
        var database = server.CreateDatabase().Shared();
        await using var a = new EmbeddedEngine(await CustomerHome.Open(Options(database), default));
        await using var b = new EmbeddedEngine(await CustomerHome.Open(Options(database), default));
        var drafts = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            var engine = i % 2 == 0 ? a : b;
            var draft = (DraftOutcome.Done)await engine.Playbooks.Drafts.Begin(Playbook.DefaultSource, $"p{i}", default);
            await engine.Playbooks.Drafts.Check(draft.Draft.Number, $"p{i}", default);
            return draft.Draft.Number;
        })));
        drafts.ShouldBeUnique();
        var check = await b.Playbooks.Drafts.CheckAudit(default);
        (check.Problem, check.Entries).ShouldBe((null, 81));
        (await a.Playbooks.Drafts.List(100, default)).Length.ShouldBe(40);
        (await a.Playbooks.Drafts.Document(drafts[0], default)).ShouldBe(Playbook.DefaultSource.ToArray());

        // What-ifs draw their sample from the same store.
        for (var i = 0; i < 5; i++)
        {
            await a.Turn(Requests.Interaction($"c{i}", "1", placements: "home_hero"), default);
        }

        await a.Drain(default);
        var last = default(WhatIfEvent);
        await foreach (var step in b.WhatIf(new WhatIfQuestion(Playbook.Default) { Sample = 10 }, default))
        {
            last = step;
        }

        var result = last.ShouldBeOfType<WhatIfEvent.Result>().Totals;
        (result.Customers, result.Decisions, result.Different).ShouldBe((5, 5, 0));
    }

    [PostgreSqlFact]
    public async Task A_customer_whose_version_was_taken_takes_its_turn_again_and_harms_no_other_of_its_batch()
    {
        var database = server.CreateDatabase().Shared();
        using var a = new SteppedHome(database);
        using var b = new SteppedHome(database);
        await a.Take("contested", "a1");
        await b.Take("contested", "b1");

        var contested = a.Send("contested", "a2");
        var others = Enumerable.Range(0, 20).Select(i => a.Send($"other{i}", "a1")).ToArray();
        a.Step();
        (await Task.WhenAll(others)).ShouldAllBe(answer => answer.Reply.Version == 1);
        contested.IsCompleted.ShouldBeFalse();
        await a.StepUntil(contested);
        (await contested).Reply.Version.ShouldBe(3);
        (await a.Story("contested")).Select(turn => turn.Id).ShouldBe(["a1", "b1", "a2"]);
    }

    [PostgreSqlFact]
    public async Task All_that_is_queued_behind_a_taken_version_is_taken_again_in_its_order()
    {
        const int Turns = 2_500;
        var database = server.CreateDatabase().Shared();
        using var a = new SteppedHome(database);
        using var b = new SteppedHome(database);
        await a.Take("contested", "a0");
        await b.Take("contested", "b0");
        var answers = Enumerable.Range(1, Turns).Select(i => a.Send("contested", $"a{i}")).ToArray();
        var all = Task.WhenAll(answers);
        await a.StepUntil(all);
        (await all).Select(answer => answer.Reply.Version).Order().ShouldBe(Enumerable.Range(3, Turns).Select(version => (long)version));
        (await a.Story("contested")).Count.ShouldBe(Turns + 2);
    }

    [PostgreSqlFact]
    public async Task An_interaction_that_another_home_answered_gets_that_answer()
    {
        var database = server.CreateDatabase().Shared();
        using var a = new SteppedHome(database);
        using var b = new SteppedHome(database);
        await a.Take("c", "first");
        var answered = await b.Take("c", "second");
        var again = await a.Take("c", "second");
        again.Duplicate.ShouldBeTrue();
        again.Reply.ShouldBe(answered.Reply);
    }

    /// <summary>Neither another interaction's reply, nor damage that isn't there.</summary>
    [PostgreSqlFact]
    public async Task A_repeat_of_a_turn_that_is_lost_gets_the_reply_of_the_turn_that_came_instead()
    {
        var database = server.CreateDatabase().Shared();
        using var a = new SteppedHome(database);
        using var b = new SteppedHome(database);
        foreach (var taken in new[] { 1, 0 })
        {
            var customer = $"c{taken}";
            await a.Take(customer, "a1");
            for (var i = 0; i <= taken; i++)
            {
                await b.Take(customer, $"b{i}");
            }

            var both = Enumerable.Range(0, 2).Select(_ => a.Send(customer, "a2")).ToArray();
            await a.StepUntil(Task.WhenAll(both));
            var answers = await Task.WhenAll(both);
            answers.Count(answer => answer.Duplicate).ShouldBe(1);
            answers.ShouldAllBe(answer => answer.Reply.Version == taken + 3);
            (await a.Story(customer)).Count(turn => turn.Id == "a2").ShouldBe(1);
        }
    }

    [PostgreSqlFact]
    public async Task A_read_that_rests_on_a_lost_turn_shows_what_the_other_home_has_committed()
    {
        var database = server.CreateDatabase().Shared();
        using var a = new SteppedHome(database);
        using var b = new SteppedHome(database);
        await a.Take("c", "a1");
        await b.Take("c", "b1");
        await b.Take("c", "b2");
        var lost = a.Send("c", "a2");
        var read = a.Engine.Get(Requests.User("c"), null, default).AsTask();
        read.IsCompleted.ShouldBeFalse();
        await a.StepUntil(Task.WhenAll(lost, read));
        var story = await a.Story("c");
        story.Select(turn => turn.Id).ShouldBe(["a1", "b1", "b2", "a2"]);
        Histories.Check(await read, story);
        (await read)!.State.Version.ShouldBeGreaterThanOrEqualTo(3);
    }

    [PostgreSqlFact]
    public async Task A_customer_that_comes_back_is_read_again_before_it_is_shown()
    {
        var database = server.CreateDatabase().Shared();
        using var a = new SteppedHome(database);
        using var b = new SteppedHome(database);
        await a.Take("c", "a1");
        a.Engine.Home.TryKey(Requests.User("c"), out var key);
        await a.Engine.Home.Customer(key).Leave(default);
        await b.Take("c", "b1");
        (await a.Engine.Get(Requests.User("c"), null, default))!.State.Version.ShouldBe(2);
        (await a.Take("c", "a2")).Reply.Version.ShouldBe(3);
    }

    [PostgreSqlFact]
    public async Task An_id_of_a_customer_with_many_is_recognised_by_a_home_that_kept_its_ids_before_another_took_turns()
    {
        const int Many = Limits.RecentIds + (Limits.FilterBlocks * 51) + 100;
        var database = server.CreateDatabase().Shared();
        using var a = new SteppedHome(database);
        using var b = new SteppedHome(database);
        await Take(a, "i", Many);
        (a.Engine.Home.Residents.Ids.Bytes > 0).ShouldBeTrue();
        await Take(b, "j", 3 * Limits.RecentIds);
        await AllAreRepeated(a);
        while (b.Engine.Checkpointer.Round() > 0)
        {
        }

        await AllAreRepeated(b);
        await Take(b, "k", 3 * Limits.RecentIds);
        (await a.Take("c", "new")).Duplicate.ShouldBeFalse();
        await AllAreRepeated(a);

        static async Task Take(SteppedHome home, string ids, int count)
        {
            var turns = Task.WhenAll(Enumerable.Range(0, count).Select(i => home.Send("c", $"{ids}{i}")));
            await home.StepUntil(turns);
            (await turns).ShouldAllBe(answer => !answer.Duplicate);
        }

        static async Task AllAreRepeated(SteppedHome home)
        {
            foreach (var id in new[] { "i0", "i3000", "i3300", "j0", "j7", "j100", "j191" })
            {
                (await home.Take("c", id)).Duplicate.ShouldBeTrue(id);
            }
        }
    }

    [PostgreSqlFact]
    public async Task An_id_that_left_the_recent_ones_is_recognised_by_every_home_checkpointed_or_not()
    {
        const int Turns = 200;
        var database = server.CreateDatabase().Shared();
        using var a = new SteppedHome(database);
        using var b = new SteppedHome(database);
        var replies = new List<TurnReply>();
        for (var i = 0; i < Turns; i++)
        {
            replies.Add((await a.Take("c", $"i{i}")).Reply);
        }

        await AllAreRepeated(b);
        while (a.Engine.Checkpointer.Round() > 0)
        {
        }

        using var c = new SteppedHome(database);
        await AllAreRepeated(c);
        await AllAreRepeated(b);

        async Task AllAreRepeated(SteppedHome home)
        {
            for (var i = 0; i < Turns; i++)
            {
                var again = await home.Take("c", $"i{i}");
                again.Duplicate.ShouldBeTrue();
                again.Reply.ShouldBe(replies[i]);
            }
        }
    }

    [PostgreSqlFact]
    public async Task What_a_dead_home_had_not_checkpointed_another_brings_into_the_sums_once()
    {
        var source = server.CreateDatabase();
        long turns;
        using (var dying = new SteppedHome(source.Shared()))
        {
            for (var i = 0; i < 300; i++)
            {
                await dying.Take($"c{i % 70}", $"i{i}");
            }

            dying.Engine.Checkpointer.Round();
            for (var i = 300; i < 900; i++)
            {
                await dying.Take($"c{i % 90}", $"i{i}");
            }

            turns = 900;
        }

        // It is as if it had been silent for a minute.
        Execute(source, "UPDATE segmentofone.writer SET renewed_at = renewed_at - 60000");
        await using var heir = new EmbeddedEngine(await CustomerHome.Open(Options(source.Shared()), default));
        await heir.Turn(Requests.Interaction("c1", "late"), default);
        while (Count(source, "SELECT COUNT(*) FROM segmentofone.writer") > 1)
        {
            await Task.Delay(20);
        }

        await heir.Drain(default);
        var overview = await heir.Overview(default);
        (overview.Turns, overview.Customers).ShouldBe((turns + 1, 90));
        var page = await heir.List(new CustomerQuery { Limit = 500 }, default);
        page.Customers.Sum(customer => customer.Version).ShouldBe(turns + 1);
    }

    [PostgreSqlFact]
    public async Task A_home_that_was_declared_dead_appends_nothing_by_its_old_name_and_goes_on_by_a_new_one()
    {
        var source = server.CreateDatabase();
        using var home = new SteppedHome(source.Shared());
        await home.Take("c", "i1");
        Execute(source, "DELETE FROM segmentofone.lane; DELETE FROM segmentofone.writer");
        (await home.Take("c", "i2")).Reply.Version.ShouldBe(2);
        Count(source, "SELECT COUNT(*) FROM segmentofone.turn").ShouldBe(2);
        Count(source, "SELECT COUNT(*) FROM segmentofone.writer").ShouldBe(1);
    }

    [PostgreSqlFact]
    public async Task A_playbook_published_by_one_home_is_in_force_in_the_other_and_of_two_at_once_one_wins()
    {
        var database = server.CreateDatabase().Shared();
        await using var a = await CustomerHome.Open(Options(database), default);
        await using var b = await CustomerHome.Open(Options(database), default);
        (await a.Playbooks.Publish(Playbook.DefaultSource, ifVersion: 1, default)).ShouldBeOfType<PublishOutcome.Published>();
        await b.RefreshPlaybooks(default);
        b.Playbooks.InForce.Version.ShouldBe(2);

        var outcomes = await Task.WhenAll(new[] { a, b, a, b }.Select(home => Task.Run(() => home.Playbooks.Publish(Playbook.DefaultSource, ifVersion: 2, default).AsTask())));
        outcomes.Count(outcome => outcome is PublishOutcome.Published).ShouldBe(1);
        outcomes.OfType<PublishOutcome.Conflict>().Select(conflict => conflict.InForce).ShouldBe([3, 3, 3]);

        await Task.WhenAll(new[] { a, b, a, b }.Select(home => Task.Run(() => home.Playbooks.Publish(Playbook.DefaultSource, null, default).AsTask())));
        await a.RefreshPlaybooks(default);
        await b.RefreshPlaybooks(default);
        (a.Playbooks.InForce.Version, b.Playbooks.InForce.Version).ShouldBe((7, 7));
        (await b.Playbooks.Versions(default)).Select(version => version.Version).ShouldBe([7, 6, 5, 4, 3, 2, 1]);
    }

    private static EngineOptions Options(SharedDatabase database) =>
        new() { Database = database, MemoryBudgetBytes = 64 << 20, Log = new FailingLog() };

    private static void Execute(NpgsqlDataSource source, string sql)
    {
        using var command = source.CreateCommand(sql);
        command.ExecuteNonQuery();
    }

    private static long Count(NpgsqlDataSource source, string sql)
    {
        using var command = source.CreateCommand(sql);
        return (long)command.ExecuteScalar()!;
    }
}
