using System.Text;
using System.Text.RegularExpressions;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.Tests.Simulation;
using SegmentOfOne.Engine.WhatIfs;

namespace SegmentOfOne.Engine.Tests.WhatIfs;

public sealed class WhatIfTests : IDisposable
{
    private const string Overall = """{ "scope": "overall", "direction": "outbound", "limit": 2, "window": "24h" }""";
    private const string EachAction = """{ "scope": "action", "direction": "outbound", "limit": 1, "window": "7d" }""";
    private const string Ask = """{ "scope": "purpose", "match": "ask", "limit": 2, "window": "30d" }""";

    private readonly SteppedEngine _host = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Under_the_same_playbook_nothing_differs(bool carry)
    {
        await Live(customers: 8, turns: 120);
        var (result, differences) = await Answer(Sample(Playbook.Default, 8) with { Carry = carry });
        (result.Customers, result.Turns).ShouldBe((8, await Versions(8)));
        result.Turns.ShouldBeGreaterThan(8 * 120);
        result.Decisions.ShouldBeGreaterThan(1_000);
        (result.Different, result.Reweighed, result.LeftOut, differences.Count).ShouldBe((0, 0, 0, 0));
        ShouldSayTheSame(result.Before, result.After);
        result.Before.CapHits.ShouldNotBeEmpty();
        result.Before.Actions.Count.ShouldBeGreaterThan(5);
        result.Before.Purposes.Values.Sum().ShouldBe(result.Before.Decisions - result.Before.WithoutAction);
    }

    [Theory]
    [InlineData(Overall, 1, "at most 1 touches outbound in 1d")]
    [InlineData(Ask, 1, "at most 1 ask in 30d")]
    public async Task With_a_tighter_cap_only_that_cap_takes_decisions_away(string cap, int limit, string rule)
    {
        await Live(customers: 12, turns: 120);
        var (result, differences) = await Answer(Sample(Capped(cap, limit), 12) with { Differences = 10_000 });
        differences.Count.ShouldBe((int)result.Different);
        differences.Count.ShouldBeGreaterThan(3);
        result.Reweighed.ShouldBe(0);
        foreach (var difference in differences)
        {
            var because = difference.After!.Other!;
            (because.Action, because.Verdict, because.Rule).ShouldBe((difference.Before.Action, Verdict.HeldBack, rule));
            because.Needed!.ShouldContain("a place is free at");
        }

        result.After.CapHits[rule].ShouldBeGreaterThanOrEqualTo(differences.Count);
    }

    [Theory]
    [InlineData(EachAction, 3, "at most 1 of one action outbound in 7d")]
    [InlineData(Ask, 4, "at most 2 ask in 30d")]
    public async Task With_a_wider_cap_only_what_that_cap_held_back_is_chosen_instead(string cap, int limit, string rule)
    {
        await Live(customers: 12, turns: 120);
        var (result, differences) = await Answer(Sample(Capped(cap, limit), 12) with { Differences = 10_000 });
        differences.Count.ShouldBe((int)result.Different);
        differences.Count.ShouldBeGreaterThan(3);
        differences.ShouldAllBe(difference => difference.Before.Other!.Verdict == Verdict.HeldBack && difference.Before.Other.Rule == rule
            && difference.Before.Other.Action == difference.After!.Action);
        result.Before.CapHits[rule].ShouldBeGreaterThanOrEqualTo(differences.Count);
    }

    /// <summary>By itself each decision finds the place that the cap has more; carried on, the first takes it.</summary>
    [Fact]
    public async Task Carried_on_what_would_have_been_sent_takes_its_places()
    {
        await Turn("ada", "consent_given", "web", Properties.Of(("channel", "email")));
        for (var hour = 0; hour < 5; hour++)
        {
            _host.Time.Advance(TimeSpan.FromHours(1));
            await Turn("ada", "page_viewed", "email", Properties.Empty, "email");
        }

        var question = new WhatIfQuestion(Capped(EachAction, 2)) { Customer = Requests.User("ada") };
        var (alone, _) = await Answer(question);
        var (carried, differences) = await Answer(question with { Carry = true });
        (alone.Before.Outbound, alone.After.Outbound, carried.After.Outbound).ShouldBe((1, 5, 2));
        var difference = differences.ShouldHaveSingleItem();
        difference.Receipt.Version.ShouldBe(3);
        difference.Before.Other!.Rule.ShouldBe("at most 1 of one action outbound in 7d");
    }

    [Fact]
    public async Task Only_turns_recorded_in_the_time_asked_for_are_replayed()
    {
        await Live(customers: 1, turns: 100);
        var turns = await Histories.Read(_host.Engine, Requests.User("c0"));
        var (result, _) = await Answer(new WhatIfQuestion(Capped(Overall, 1)) { Customer = Requests.User("c0"), From = turns[30].At, To = turns[70].At, Carry = true });
        result.Turns.ShouldBe(turns.Count(turn => turn.At >= turns[30].At && turn.At < turns[70].At));
        result.Decisions.ShouldBe(turns.Where(turn => turn.At >= turns[30].At && turn.At < turns[70].At).Sum(turn => turn.Decisions));
    }

    [Fact]
    public async Task A_placement_that_the_other_playbook_lacks_is_a_difference_without_an_after()
    {
        await Turn("ada", "page_viewed", "web", Properties.Empty, "home_hero", "cart");
        var json = Encoding.UTF8.GetString(Playbook.DefaultSource.Span).Replace("\"cart\": { \"description\": \"Beside the cart.\" },", "", StringComparison.Ordinal)
            .Replace("\"placements\": [\"product_page\", \"cart\", \"store_associate\"]", "\"placements\": [\"product_page\", \"store_associate\"]", StringComparison.Ordinal)
            .Replace("\"placements\": [\"cart\", \"checkout\", \"product_page\"]", "\"placements\": [\"checkout\", \"product_page\"]", StringComparison.Ordinal)
            .Replace("\"placements\": [\"order_confirmation\", \"account\", \"cart\"]", "\"placements\": [\"order_confirmation\", \"account\"]", StringComparison.Ordinal);
        var (result, differences) = await Answer(new WhatIfQuestion(Parse(json)) { Customer = Requests.User("ada") });
        var difference = differences.ShouldHaveSingleItem();
        (difference.Placement, difference.After).ShouldBe(("cart", null));
        (result.Before.Decisions, result.After.Decisions).ShouldBe((2, 1));
    }

    [Fact]
    public async Task A_sample_is_the_same_for_the_same_seed_and_everybody_where_there_are_no_more()
    {
        const int Customers = 40;
        for (var i = 0; i < Customers; i++)
        {
            await Turn($"c{i}", "page_viewed", "web", Properties.Empty, "home_hero");
        }

        _host.Save();
        var none = Parse(Encoding.UTF8.GetString(Playbook.DefaultSource.Span).Replace("\"value\": 4,", "\"value\": 0.001,", StringComparison.Ordinal));
        var drawn = new List<string>();
        for (var seed = 0ul; seed < 20; seed++)
        {
            var keys = await Drawn(seed, 10);
            keys.Distinct().Count().ShouldBe(10);
            (await Drawn(seed, 10)).ShouldBe(keys);
            drawn.AddRange(keys);
            (await Drawn(seed, Customers)).Distinct().Count().ShouldBe(Customers);
        }

        drawn.Distinct().Count().ShouldBeGreaterThan(30);
        (await Answer(Sample(none, 10_000))).Result.Customers.ShouldBe(Customers);

        async Task<List<string>> Drawn(ulong seed, int size)
        {
            var (result, differences) = await Answer(Sample(none, size) with { Seed = seed });
            (result.Customers, differences.Count).ShouldBe((size, size));
            return [.. differences.Select(difference => difference.Receipt.Key.ToString())];
        }
    }

    [Fact]
    public async Task Progress_only_grows_and_the_result_comes_last()
    {
        await Live(customers: 30, turns: 3);
        var steps = new List<WhatIfEvent>();
        await foreach (var step in _host.Engine.WhatIf(Sample(Playbook.Default, 1_000), default))
        {
            steps.Add(step);
        }

        steps[^1].ShouldBeOfType<WhatIfEvent.Result>();
        var progress = steps.OfType<WhatIfEvent.Progress>().ToList();
        progress.ShouldAllBe(step => step.OfCustomers == 30);
        progress.Select(step => step.Customers).ShouldBe(Enumerable.Range(0, 31).Select(i => (long)i));
        progress[^1].Turns.ShouldBe(await Versions(30));
        progress.Select(step => step.Turns).ShouldBeInOrder();
    }

    [Fact]
    public async Task Who_cancels_frees_the_lane()
    {
        await Live(customers: 10, turns: 5);
        using var cancelled = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _host.Engine.WhatIf(Sample(Playbook.Default, 10), cancelled.Token))
            {
                await cancelled.CancelAsync();
            }
        });
        (await Answer(Sample(Playbook.Default, 10))).Result.Customers.ShouldBe(10);
    }

    [Fact]
    public async Task One_runs_a_few_wait_and_the_rest_are_refused()
    {
        await Live(customers: 2, turns: 2);
        var running = _host.Engine.WhatIf(Sample(Playbook.Default, 2), default).GetAsyncEnumerator();
        await running.MoveNextAsync();
        var waiting = Enumerable.Range(0, 4).Select(_ => Answer(Sample(Playbook.Default, 2))).ToArray();
        (await Should.ThrowAsync<CustomersUnavailableException>(() => Answer(Sample(Playbook.Default, 2)))).Reason.ShouldBe(Unavailability.Overloaded);
        waiting.ShouldAllBe(one => !one.IsCompleted);
        await running.DisposeAsync();
        (await Task.WhenAll(waiting)).ShouldAllBe(one => one.Result.Customers == 2);
    }

    [Fact]
    public async Task A_question_out_of_bounds_is_refused()
    {
        var one = new WhatIfQuestion(Playbook.Default) { Customer = Requests.User("ada") };
        foreach (var question in new[]
        {
            Sample(Playbook.Default, 0), Sample(Playbook.Default, WhatIfQuestion.MaxSample + 1), one with { Sample = 3 }, one with { Differences = -1 },
            one with { Differences = WhatIfQuestion.MaxDifferences + 1 }, one with { From = _host.Time.Now, To = _host.Time.Now },
            one with { Customer = new Identifier("", "x") },
        })
        {
            await Should.ThrowAsync<InvalidQueryException>(() => Answer(question));
        }
    }

    public void Dispose() => _host.Dispose();

    private static WhatIfQuestion Sample(Playbook playbook, int size) => new(playbook) { Sample = size, Seed = 7 };

    private static Playbook Capped(string cap, int limit)
    {
        var json = Encoding.UTF8.GetString(Playbook.DefaultSource.Span);
        json.ShouldContain(cap);
        return Parse(json.Replace(cap, Regex.Replace(cap, "\"limit\": [0-9]+", $"\"limit\": {limit}"), StringComparison.Ordinal));
    }

    private static Playbook Parse(string json)
    {
        var parse = Playbook.Parse(Encoding.UTF8.GetBytes(json), 99);
        parse.Errors.ShouldBeEmpty();
        return parse.Playbook!;
    }

    private static void ShouldSayTheSame(WhatIfSums sums, WhatIfSums others)
    {
        (sums.Decisions, sums.WithoutAction, sums.Outbound, sums.OutboundSales).ShouldBe((others.Decisions, others.WithoutAction, others.Outbound, others.OutboundSales));
        sums.Actions.ShouldBe(others.Actions, ignoreOrder: true);
        sums.Purposes.ShouldBe(others.Purposes, ignoreOrder: true);
        sums.CapHits.ShouldBe(others.CapHits, ignoreOrder: true);
    }

    private async Task<(WhatIfResult Result, List<WhatIfEvent.Difference> Differences)> Answer(WhatIfQuestion question)
    {
        var differences = new List<WhatIfEvent.Difference>();
        WhatIfResult? result = null;
        await foreach (var step in _host.Engine.WhatIf(question, default))
        {
            if (step is WhatIfEvent.Difference difference)
            {
                differences.Add(difference);
            }

            result = step is WhatIfEvent.Result last ? last.Totals : result;
        }

        return (result!, differences);
    }

    /// <summary>Customers who do this and that within months, are asked about at every placement of their channel, and whose channels report.</summary>
    /// <summary>All turns of the customers: those that were asked for, and those of time.</summary>
    private async Task<long> Versions(int customers)
    {
        var versions = 0L;
        for (var i = 0; i < customers; i++)
        {
            versions += (await _host.Engine.Get(Requests.User($"c{i}"), null, default))!.State.Version;
        }

        return versions;
    }

    private async Task Live(int customers, int turns)
    {
        var random = new Random(20261122);
        var open = new Dictionary<string, List<ReceiptId>>();
        for (var turn = 0; turn < turns; turn++)
        {
            for (var i = 0; i < customers; i++)
            {
                _host.Time.Advance(TimeSpan.FromMinutes(random.Next(1, 120)));
                var customer = $"c{i}";
                var reports = open.TryGetValue(customer, out var receipts) ? receipts : open[customer] = [];
                var reply = (turn, random.Next(6)) switch
                {
                    (0, _) => await Turn(customer, "consent_given", "web", Properties.Of(("channel", "email"))),
                    (_, 0) when reports.Count > 0 => await Turn(
                        customer, new[] { "delivered", "seen", "accepted", "dismissed", "bounced" }[random.Next(5)], "email", Properties.Of(("receipt_id", reports[^1].ToString()))),
                    (_, 1 or 2) => await Turn(customer, "email_opened", "email", Shop.Properties(random), "email"),
                    _ => await Turn(customer, Shop.Types[random.Next(Shop.Types.Length)], "web", Shop.Properties(random), "home_hero", "account", "cart"),
                };
                reports.AddRange(reply.Reply.Decisions.Where(decision => decision.HeldUntil is not null).Select(decision => decision.ReceiptId));
            }

            if (turn % 40 == 20)
            {
                _host.Save();
            }
        }

        _host.Save();
    }

    private int _ids;

    private Task<TurnAnswer.Answered> Turn(string customer, string type, string channel, Properties properties, params string[] placements) =>
        _host.Turn(Requests.Interaction(customer, $"{_ids++}", type, channel, _host.Time.Now, properties, [.. placements]));
}
