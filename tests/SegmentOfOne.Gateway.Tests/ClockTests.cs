using System.Net;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Admin.V1;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>What time brings about, on a clock that stands until it is moved, seen from outside.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private static readonly DateTime Noon = new(2027, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly RunningGateway _gateway = new();

    public Task InitializeAsync() => _gateway.Start(StandingAt(Noon));

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_journey_waits_to_the_millisecond_and_goes_on_without_being_asked()
    {
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "1", "product_added"));
        var shopping = (await _gateway.Customer("ada")).Journeys.ShouldHaveSingleItem();
        (shopping.Journey, shopping.Run, shopping.Step, shopping.PlaybookVersion).ShouldBe(("abandoned_cart", 1ul, "shopping", 1));
        (shopping.EnteredAt, shopping.StepSince, shopping.Due).ShouldBe((At(0), At(0), At(1)));
        (await _gateway.Customer("ada")).NextDue.ShouldNotBeNull().Seconds.ShouldBeLessThanOrEqualTo(At(1).Seconds);

        (await Move(Noon.AddHours(1).AddMilliseconds(-1))).ShouldBe(0ul);
        (await _gateway.Customer("ada")).Journeys.Single().Step.ShouldBe("shopping");

        (await Move(Noon.AddHours(1))).ShouldBe(1ul);
        var ada = await _gateway.Customer("ada");
        (ada.Version, ada.Interactions).ShouldBe((2ul, 1ul));
        ada.Journeys.Single().Step.ShouldNotBe("shopping");

        var turn = (await _gateway.Get<V1.ListTurnsReply>("/v1/customers/user_id/ada/turns?page_size=1")).Turns.Single();
        turn.RecordedAt.ShouldBe(At(1));
        turn.Facts[0].Name.ShouldBe("time_came");
        turn.Facts[0].At.ShouldBe(At(1));
        var stepped = turn.Facts.First(fact => fact.Name == "journey_stepped");
        (stepped.Attributes["from"].StringValue, stepped.Attributes["dwelt_milliseconds"].NumberValue).ShouldBe(("shopping", 3_600_000));
        turn.Facts.Where(fact => fact.Name == "decided").ShouldAllBe(fact => fact.Attributes["asked_by"].StringValue == "journey");
        turn.Facts.ShouldContain(fact => fact.Name == "decided");
    }

    [Fact]
    public async Task What_is_due_comes_first_then_what_happens_at_that_time()
    {
        await _gateway.Interact(ExperienceCalls.Interaction("in time", "1", "product_added"));
        await _gateway.Interact(ExperienceCalls.Interaction("too late", "1", "product_added"));
        await Move(Noon.AddHours(1).AddMilliseconds(-1));
        await _gateway.Interact(ExperienceCalls.Interaction("in time", "2", "order_completed"));
        await Move(Noon.AddHours(1));
        await _gateway.Interact(ExperienceCalls.Interaction("too late", "2", "order_completed"));

        (await Ways("in time")).ShouldBe(["shopping>bought"]);
        (await Ways("too late")).First().ShouldStartWith("shopping>help");
    }

    [Fact]
    public async Task The_clock_says_that_it_stands_and_goes_forward_only()
    {
        var clock = (await _gateway.Get<Overview>("/admin/v1/overview")).Clock;
        (clock.Now, clock.Stands, clock.Shifted).ShouldBe((At(0), true, true));
        await Task.Delay(20);
        (await _gateway.Get<Overview>("/admin/v1/overview")).Clock.ShouldBe(clock);

        (await Refused($$"""{"now": "{{Noon.AddSeconds(-1):O}}"}""")).ShouldBe((HttpStatusCode.Conflict, "clock_backwards"));
        (await Refused("{}")).ShouldBe((HttpStatusCode.BadRequest, "clock_now_missing"));
        (await Refused("""{"now": "soon"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _gateway.Get<Overview>("/admin/v1/overview")).Clock.ShouldBe(clock);
        await Move(Noon);
    }

    [Fact]
    public async Task A_clock_that_goes_is_not_moved()
    {
        await _gateway.Stop();
        await _gateway.Start(new GatewayOptions());
        (await Refused("""{"now": "2100-01-01T00:00:00Z"}""")).ShouldBe((HttpStatusCode.Conflict, "clock_goes_on"));
        (await _gateway.Get<Overview>("/admin/v1/overview")).Clock.Stands.ShouldBeFalse();
    }

    [Fact]
    public async Task What_became_due_while_the_program_was_down_is_done_when_it_starts()
    {
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "1", "product_added"));
        await _gateway.Stop();
        await _gateway.Start(StandingAt(Noon.AddHours(2)));
        (await Ways("ada")).First().ShouldStartWith("shopping>help");
        (await _gateway.Customer("ada")).Version.ShouldBe(2ul);
    }

    [Fact]
    public async Task Sums_of_journeys_balance_and_follow_from_what_customers_did()
    {
        foreach (var user in new[] { "buyer", "leaver", "shopper" })
        {
            await _gateway.Interact(ExperienceCalls.Interaction(user, "1", "product_added"));
        }

        await Move(Noon.AddMinutes(10));
        await _gateway.Interact(ExperienceCalls.Interaction("buyer", "2", "order_completed"));
        await _gateway.Interact(ExperienceCalls.Interaction("shopper", "2", "product_added"));
        await Move(Noon.AddDays(3));
        await _gateway.Interact(ExperienceCalls.Interaction("late", "1", "product_added"));
        await Save();

        var carts = (await _gateway.Get<JourneyList>("/admin/v1/journeys")).Journeys.Single(journey => journey.Id == "abandoned_cart");
        (carts.Entered, carts.Inside, carts.Completed, carts.Converted, carts.Exited, carts.Broken).ShouldBe((4ul, 1ul, 3ul, 0ul, 0ul, 0ul));
        carts.Barred.ToDictionary().ShouldBe(new Dictionary<string, ulong> { ["running"] = 1 });
        carts.EndedBy.ToDictionary().ShouldBe(new Dictionary<string, ulong> { ["exit"] = 3 });
        (carts.InForce, carts.Conversion).ShouldBe((true, 0));
        carts.Description.ShouldNotBeEmpty();

        var paths = await _gateway.Get<JourneyPaths>("/admin/v1/journeys/abandoned_cart");
        paths.Totals.ShouldBe(carts);
        Balanced(paths);
        var first = paths.Funnel[0];
        (first.Step, first.Reached, first.Reach, first.Dropped).ShouldBe(("shopping", 4ul, 1, 0ul));
        var shopping = paths.Nodes[0];
        (shopping.Kind, shopping.Arrivals, shopping.Inside, shopping.Leaves).ShouldBe(("wait_for", 4ul, 1ul, 3ul));
        shopping.MeanDwellSeconds.ShouldBe((600 + 3_600 + 3_600) / 3.0, 1e-9);
        paths.Nodes.Single(node => node.Step == "bought").Arrivals.ShouldBe(1ul);
        paths.Nodes.Single(node => node.Step == "let_go").Arrivals.ShouldBe(2ul);
        paths.Nodes.Single(node => node.Step == "last_days").Arrivals.ShouldBe(0ul);
    }

    [Fact]
    public async Task Segments_are_counted_listed_and_left_when_their_window_passes()
    {
        foreach (var order in new[] { "1", "2", "3" })
        {
            await _gateway.Interact(ExperienceCalls.Interaction("regular", order, "order_completed"));
        }

        await _gateway.Interact(ExperienceCalls.Interaction("visitor", "1"));
        await Save();
        (await Regulars()).ShouldBe((1ul, 1ul, 0ul));
        var list = await _gateway.Get<CustomerList>("/admin/v1/segments/regulars/customers?limit=1");
        list.Customers.Select(row => row.Identifiers[0].Value).ShouldBe(["regular"]);
        (await _gateway.Get<CustomerList>("/admin/v1/segments/regulars/customers?stage=awareness")).Customers.ShouldBeEmpty();
        (await _gateway.Customer("regular")).Segments.Select(stay => (stay.Segment, stay.Since)).ShouldContain(("regulars", At(0)));

        await Move(Noon.AddDays(90));
        await Save();
        (await Regulars()).ShouldBe((0ul, 1ul, 1ul));
        (await _gateway.Get<CustomerList>("/admin/v1/segments/regulars/customers")).Customers.ShouldBeEmpty();
        var overview = await _gateway.Get<Overview>("/admin/v1/overview");
        overview.ClockTurns.ShouldBeGreaterThan(0ul);
        overview.Segments.ShouldContain(sums => sums.Name == "regulars" && sums.Entered == 1 && sums.Left == 1 && sums.Customers == 0);

        var influence = (await _gateway.Get<SegmentList>("/admin/v1/segments")).Segments.Single(segment => segment.Sums.Name == "top_influence").Percentile;
        (influence.Score, influence.Enter, influence.Leave).ShouldBe(("influence", 90, 87));
    }

    [Theory]
    [InlineData("/admin/v1/segments/nobody/customers", HttpStatusCode.NotFound, "segment_not_found")]
    [InlineData("/admin/v1/segments/regulars/customers?sort=beauty", HttpStatusCode.BadRequest, "invalid_parameter")]
    [InlineData("/admin/v1/segments?x=1", HttpStatusCode.BadRequest, "unknown_parameter")]
    [InlineData("/admin/v1/journeys/nowhere", HttpStatusCode.NotFound, "journey_not_found")]
    public async Task What_is_not_there_is_said_by_name(string path, HttpStatusCode status, string code)
    {
        var response = await _gateway.Http.GetAsync(path);
        (response.StatusCode, (string?)(await RunningGateway.Body(response))["code"]).ShouldBe((status, code));
    }

    /// <summary>In every node, and for the whole.</summary>
    internal static void Balanced(JourneyPaths paths)
    {
        var totals = paths.Totals;
        totals.Entered.ShouldBe(totals.Inside + totals.Converted + totals.Completed + totals.Exited + totals.Broken, totals.Id);
        Sum(paths.Links.Where(link => link.From.Length == 0)).ShouldBe(totals.Entered, totals.Id);
        Sum(paths.Links.Where(link => link.End.Length > 0)).ShouldBe(totals.Entered - totals.Inside, totals.Id);
        totals.Inside.ShouldBe(paths.Nodes.Aggregate(0ul, (sum, node) => sum + node.Inside), totals.Id);
        foreach (var node in paths.Nodes)
        {
            Sum(paths.Links.Where(link => link.To == node.Step)).ShouldBe(node.Arrivals, $"{totals.Id}/{node.Step}");
            Sum(paths.Links.Where(link => link.From == node.Step)).ShouldBe(node.Leaves, $"{totals.Id}/{node.Step}");
            node.Inside.ShouldBe(node.Arrivals - node.Leaves, $"{totals.Id}/{node.Step}");
        }

        static ulong Sum(IEnumerable<JourneyLink> links) => links.Aggregate(0ul, (sum, link) => sum + link.Count);
    }

    private static GatewayOptions StandingAt(DateTime at) => new() { Clock = Domain.Instant.From(at), ClockStands = true };

    private static Timestamp At(double hours) => Timestamp.FromDateTime(Noon.AddHours(hours));

    /// <summary>A restart has saved everything: nothing here waits for a checkpoint.</summary>
    private async Task Save()
    {
        var now = (await _gateway.Get<Overview>("/admin/v1/overview")).Clock.Now.ToDateTime();
        await _gateway.Stop();
        await _gateway.Start(StandingAt(now));
    }

    private async Task<ulong> Move(DateTime to)
    {
        var response = await Put($$"""{"now": "{{to:O}}"}""");
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        var reply = Google.Protobuf.JsonParser.Default.Parse<MoveClockReply>(await response.Content.ReadAsStringAsync());
        reply.Clock.Now.ShouldBe(Timestamp.FromDateTime(to));
        return reply.Turns;
    }

    private async Task<(HttpStatusCode Status, string? Code)> Refused(string body)
    {
        var response = await Put(body);
        return (response.StatusCode, (string?)(await RunningGateway.Body(response))["code"]);
    }

    private Task<HttpResponseMessage> Put(string json) => _gateway.Http.PutAsync("/admin/v1/clock", new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>From which step to which the runs of a customer went, the first step of each left out.</summary>
    private async Task<List<string>> Ways(string user) =>
    [
        .. (await _gateway.Get<V1.ListTurnsReply>($"/v1/customers/user_id/{Uri.EscapeDataString(user)}/turns?oldest_first=true")).Turns
            .SelectMany(turn => turn.Facts)
            .Where(fact => fact.Name == "journey_stepped" && fact.Attributes["journey"].StringValue == "abandoned_cart" && fact.Attributes["from"].StringValue.Length > 0)
            .Select(fact => $"{fact.Attributes["from"].StringValue}>{fact.Attributes["to"].StringValue}"),
    ];

    private async Task<(ulong Customers, ulong Entered, ulong Left)> Regulars()
    {
        var segment = (await _gateway.Get<SegmentList>("/admin/v1/segments")).Segments.Single(one => one.Sums.Name == "regulars");
        segment.InForce.ShouldBeTrue();
        return (segment.Sums.Customers, segment.Sums.Entered, segment.Sums.Left);
    }
}
