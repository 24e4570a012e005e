using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.Tests.Simulation;

namespace SegmentOfOne.Engine.Tests.Queries;

public sealed class OverviewTests : IDisposable
{
    private readonly SteppedEngine _host = new();

    [Fact]
    public async Task Its_sums_are_those_of_all_turns_exact_and_the_same_after_a_restart()
    {
        var random = new Random(3);
        for (var i = 0; i < 800; i++)
        {
            await _host.Turn(Requests.Interaction(
                $"c{random.Next(40)}", $"{i}", Shop.Types[random.Next(Shop.Types.Length)], Shop.Channels[random.Next(Shop.Channels.Length)],
                at: _host.Time.Now - TimeSpan.FromHours(random.Next(3_000)), properties: Shop.Properties(random)));
            if (random.Next(100) == 0)
            {
                _host.Crash();
            }

            if (random.Next(100) == 0)
            {
                _host.Save();
            }
        }

        _host.Save();
        var overview = await _host.Engine.Overview(default);
        var turns = new List<Turn>();
        for (var customer = 0; customer < 40; customer++)
        {
            turns.AddRange(await Histories.Read(_host.Engine, Requests.User($"c{customer}")));
        }

        var facts = turns.SelectMany(turn => turn.Facts).ToList();
        var observed = facts.OfType<InteractionObserved>().ToList();
        (overview.Customers, overview.Turns, observed.Count).ShouldBe((40, turns.Count, 800));
        overview.Money.ShouldBe(new MoneySums(
            observed.Count(fact => fact.Type == "order_completed"),
            facts.OfType<MoneyMoved>().Where(fact => fact.Amount > 0).Sum(fact => fact.Amount),
            observed.Count(fact => fact.Type == "order_refunded"),
            facts.OfType<MoneyMoved>().Where(fact => fact.Amount < 0).Sum(fact => fact.Amount)));
        Counts(overview.Channels).ShouldBe(Counts(observed.Select(fact => fact.Channel)));
        Counts(overview.Types).ShouldBe(Counts(observed.Where(fact => fact.Known).Select(fact => fact.Type)));
        overview.UnknownTypes.ShouldBe([new NamedCount("never_heard_of", observed.Count(fact => !fact.Known))]);
        await CheckStages(overview, facts);
        _host.Crash();
        Comparable(await _host.Engine.Overview(default)).ShouldBe(Comparable(overview));
    }

    [Fact]
    public async Task What_was_chosen_and_the_brands_share_without_sales_are_those_of_all_decisions_exact()
    {
        var random = new Random(5);
        for (var i = 0; i < 20; i++)
        {
            await _host.Turn(Requests.Interaction($"c{i}", "consent", "consent_given", properties: Properties.Of(("channel", "email"))));
        }

        string[] types = ["product_viewed", "product_added", "liked"];
        for (var i = 0; i < 2_000; i++)
        {
            _host.Time.Advance(TimeSpan.FromMinutes(random.Next(60)));
            var customer = $"c{random.Next(20)}";
            var answer = await _host.Turn(random.Next(30) == 0 ? Requests.Interaction(customer, $"{i}", random.Next(2) == 0 ? "complaint_made" : "recovery_confirmed")
                : random.Next(2) == 0 ? Requests.Interaction(customer, $"{i}", types[random.Next(3)], properties: Shop.Properties(random), placements: ["home_hero", "account"])
                : Requests.Interaction(customer, $"{i}", "email_opened", "email", properties: Shop.Properties(random), placements: ["email"]));
            if (random.Next(2) == 0 && answer.Reply.Decisions is [{ Placement: "email", Action: not null } sent])
            {
                await _host.Turn(Requests.Interaction(customer, $"{i} seen", "seen", "email", properties: Properties.Of(("receipt_id", $"{sent.ReceiptId}"))));
            }

            if (random.Next(200) == 0)
            {
                _host.Save();
                _host.Crash();
            }
        }

        _host.Save();
        var facts = new List<Fact>();
        for (var i = 0; i < 20; i++)
        {
            facts.AddRange((await Histories.Read(_host.Engine, Requests.User($"c{i}"))).SelectMany(turn => turn.Facts));
        }

        var touches = (await _host.Engine.Overview(default)).Touches;
        var reserved = facts.OfType<Decided>().Select(decided => decided.Reserved).OfType<Reservation>().ToList();
        var ours = reserved.Where(one => !one.Terms.HasFlag(TouchTerms.Transactional)).ToList();
        touches.Decisions.ShouldBe(facts.OfType<Decided>().Count());
        touches.Transactional.ShouldBe(reserved.Count - ours.Count);
        touches.Withdrawn.ShouldBe(facts.OfType<TouchWithdrawn>().Count());
        Counts(touches.Outbound).ShouldBe(Counts(ours.Where(one => one.Direction == Direction.Outbound).Select(one => one.Purpose)));
        Counts(touches.Inbound).ShouldBe(Counts(ours.Where(one => one.Direction == Direction.Inbound).Select(one => one.Purpose)));
        var sales = ours.Count(one => one is { Direction: Direction.Outbound, Purpose: Purpose.Sell });
        var all = ours.Count(one => one.Direction == Direction.Outbound);
        (sales, touches.Withdrawn).ShouldSatisfyAllConditions(() => sales.ShouldBeGreaterThan(0), () => touches.Withdrawn.ShouldBeGreaterThan(0));
        touches.NonSaleShare.ShouldNotBeNull().ShouldBe(1 - (double)sales / all);

        static string Counts<T>(IEnumerable<T> counted) => counted is IEnumerable<PurposeCount> counts
            ? string.Join(' ', counts.OrderBy(count => count.Purpose).Select(count => $"{count.Purpose} {count.Count}"))
            : string.Join(' ', counted.GroupBy(one => one).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Count()}"));
    }

    [Fact]
    public async Task While_nothing_goes_out_there_is_no_share()
    {
        (await _host.Engine.Overview(default)).Touches.NonSaleShare.ShouldBeNull();
    }

    [Fact]
    public async Task It_says_since_when_it_lags_behind()
    {
        await _host.Turn(Requests.Interaction("a", "1"));
        var acknowledged = _host.Time.Now;
        _host.Time.Advance(TimeSpan.FromMinutes(1));
        await _host.Turn(Requests.Interaction("b", "1"));
        (await _host.Engine.Overview(default)).AsOf.ShouldBe(acknowledged);
        _host.Crash();
        (await _host.Engine.Overview(default)).AsOf.ShouldBe(acknowledged);
        _host.Save();
        (await _host.Engine.Overview(default)).AsOf.ShouldBe(_host.Time.Now);
    }

    [Fact]
    public async Task What_is_refused_is_counted_by_its_reason_and_changes_nothing()
    {
        await _host.Turn(Requests.Interaction("a", "1"));
        var before = Histories.BytesOf((await _host.Engine.Get(Requests.User("a"), null, default))!.State);
        foreach (var bad in new[]
        {
            Requests.Interaction("a", ""),
            Requests.Interaction("a", "2", at: _host.Time.Now + TimeSpan.FromHours(1)),
            Requests.Interaction("a", "2", placements: "nowhere"),
            Requests.Interaction("nobody", "2", placements: "nowhere"),
            Requests.Interaction("", "2"),
            Requests.Interaction(new string('x', 10_000), "2"),
        })
        {
            (await _host.Engine.Turn(bad, default)).ShouldBeOfType<TurnAnswer.Refused>();
        }

        _host.Commit().ShouldBe(0);
        Histories.BytesOf((await _host.Engine.Get(Requests.User("a"), null, default))!.State).ShouldBe(before);
        (await _host.Engine.Overview(default)).Process.Refused.ShouldBe(
        [
            new NamedCount("customer_missing", 1),
            new NamedCount("identifier_too_long", 1),
            new NamedCount("interaction_id_missing", 1),
            new NamedCount("unknown_placement", 2),
            new NamedCount("in_the_future", 1),
        ]);
    }

    [Fact]
    public async Task Names_that_callers_choose_are_bounded()
    {
        var turns = Enumerable.Range(0, Totals.MaxNames + 50)
            .Select(i => _host.Engine.Turn(Requests.Interaction("a", $"{i}", $"type_{i:D4}"), default).AsTask()).ToArray();
        _host.Save();
        await Task.WhenAll(turns);
        var unknown = (await _host.Engine.Overview(default)).UnknownTypes;
        unknown.Length.ShouldBe(Totals.MaxNames + 1);
        unknown[0].ShouldBe(new NamedCount("", 50));
    }

    public void Dispose() => _host.Dispose();

    /// <summary>Inflow − outflow = occupancy, by the facts and by the customers' rows.</summary>
    private async Task CheckStages(Overview overview, List<Fact> facts)
    {
        var rows = (await _host.Engine.List(new CustomerQuery { Limit = 500 }, default)).Customers;
        var moves = facts.OfType<StageChanged>().ToList();
        foreach (var stage in overview.Stages)
        {
            var inflow = moves.Count(move => move.To == stage.Stage) + (stage.Stage == Stage.Unknown ? overview.Customers : 0);
            stage.ShouldBe(new StageSums(
                stage.Stage, rows.Count(row => row.Stage == stage.Stage), inflow, moves.Count(move => move.From == stage.Stage)));
        }

        overview.Flows.ShouldBe(moves.GroupBy(move => (move.From, move.To)).Select(flow => new StageFlow(flow.Key.From, flow.Key.To, flow.Count()))
            .OrderBy(flow => flow.From).ThenBy(flow => flow.To));
    }

    private static string Counts(IEnumerable<string> names) =>
        Counts(names.GroupBy(name => name).Select(group => new NamedCount(group.Key, group.Count())));

    private static string Counts(IEnumerable<NamedCount> counts) => string.Join(' ', counts.OrderBy(count => count.Name, StringComparer.Ordinal));

    private static string Comparable(Overview overview) => string.Join(
        '\n',
        overview.Customers, overview.Turns, overview.Money, string.Join(' ', overview.Stages), string.Join(' ', overview.Flows),
        Counts(overview.Channels), Counts(overview.Types), Counts(overview.UnknownTypes));
}
