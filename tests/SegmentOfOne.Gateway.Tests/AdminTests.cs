using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Admin.V1;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>What marketers see of everybody. The population is small enough to count by hand.</summary>
public sealed class AdminTests(AdminTests.Population population) : IClassFixture<AdminTests.Population>
{
    [Fact]
    public async Task The_overview_counts_everybody_and_everything()
    {
        var overview = await population.Gateway.Get<Overview>("/admin/v1/overview");

        overview.Customers.ShouldBe(6ul);

        // Those that were asked for; time may have brought more.
        overview.Turns.ShouldBeGreaterThanOrEqualTo(14ul);
        overview.ByChannel.ToDictionary().ShouldBe(new Dictionary<string, ulong> { ["web"] = 13, ["store"] = 1 }, ignoreOrder: true);
        overview.UnknownTypes.ToDictionary().ShouldBe(new Dictionary<string, ulong> { ["tea_leaves_read"] = 2 });
        overview.ByType["order_completed"].ShouldBe(3ul);
        overview.Money.Orders.ShouldBe(3ul);
        overview.Money.Revenue.ShouldBe("41.404");
        overview.Money.Returns.ShouldBe(1ul);
        overview.Money.Returned.ShouldBe("-2.9");
        overview.Money.Currency.ShouldBe("GBP");
        overview.Refused["number_not_finite"].ShouldBeGreaterThan(0ul);
        overview.Playbook.Version.ShouldBe(1);
        overview.Playbook.Name.ShouldBe("default");
        overview.Clock.Shifted.ShouldBeFalse();
        overview.AsOf.ShouldNotBeNull();
    }

    [Fact]
    public async Task Stages_and_the_flows_between_them_balance()
    {
        var overview = await population.Gateway.Get<Overview>("/admin/v1/overview");

        overview.ByStage.Sum(stage => (long)stage.Customers).ShouldBe(6);
        foreach (var stage in overview.ByStage)
        {
            stage.Customers.ShouldBe(stage.Inflow - stage.Outflow, stage.Stage.ToString());
            var flowedOut = overview.StageFlows.Where(flow => flow.From == stage.Stage).Sum(flow => (long)flow.Count);
            ((long)stage.Outflow).ShouldBe(flowedOut, stage.Stage.ToString());
        }
    }

    [Theory]
    [InlineData("stage=PURCHASE", "buyer other-buyer returner")]
    [InlineData("stage=purchase", "buyer other-buyer returner")]
    [InlineData("max_intimacy=-1", "complainer returner")]
    [InlineData("min_intimacy=1", "fan")]
    [InlineData("min_influence=0.1&min_intimacy=1", "fan")]
    [InlineData("max_advocacy=-100", "")]
    public async Task Customers_are_found_by_what_they_are(string filter, string expected) =>
        (await Names($"?{filter}")).Order().ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order());

    [Theory]
    [InlineData("involvement")]
    [InlineData("interaction")]
    [InlineData("intimacy")]
    [InlineData("influence")]
    [InlineData("engagement")]
    [InlineData("advocacy")]
    [InlineData("value")]
    [InlineData("last_seen")]
    public async Task Every_order_orders_and_desc_turns_it_round(string sort)
    {
        var rising = (await population.Gateway.Get<CustomerList>($"/admin/v1/customers?sort={sort}")).Customers;
        var falling = (await population.Gateway.Get<CustomerList>($"/admin/v1/customers?sort={sort}&desc=true")).Customers;

        rising.Count.ShouldBe(6);
        rising.Select(row => Key(row, sort)).ShouldBeInOrder(SortDirection.Ascending);
        falling.Select(row => Key(row, sort)).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public async Task Pages_join_without_gap_or_repetition()
    {
        var all = await Names("?sort=engagement&desc=true");
        var joined = new List<string>();
        var cursor = "";
        do
        {
            var page = await population.Gateway.Get<CustomerList>($"/admin/v1/customers?sort=engagement&desc=true&limit=2&cursor={Uri.EscapeDataString(cursor)}".Replace("&cursor=", cursor.Length == 0 ? "&" : "&cursor=", StringComparison.Ordinal).TrimEnd('&'));
            joined.AddRange(page.Customers.Select(row => row.Identifiers[0].Value));
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);

        joined.ShouldBe(all);
    }

    [Fact]
    public async Task A_list_shows_what_the_live_customer_is()
    {
        var (rows, lives) = await SettledRows();
        foreach (var (row, live) in rows.Zip(lives))
        {
            row.CustomerKey.ShouldBe(live.CustomerKey);
            row.Stage.ShouldBe(live.Stage);
            row.Orders.ShouldBe(live.Money.Orders);
            decimal.Parse(row.Value).ShouldBe(decimal.Parse(live.Money.Revenue) + decimal.Parse(live.Money.Returned));
            row.Engagement.Engagement_.ShouldBe(live.Engagement.Engagement_, 1e-6);
            row.Engagement.Advocacy.ShouldBe(live.Engagement.Advocacy, 1e-6);
        }
    }

    /// <summary>The list once it has every turn of its customers: it follows those that time brings by a moment, too.</summary>
    private async Task<(IReadOnlyList<CustomerRow> Rows, IReadOnlyList<V1.CustomerState> Lives)> SettledRows()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var list = await population.Gateway.Get<CustomerList>("/admin/v1/customers");
            var lives = new List<V1.CustomerState>();
            foreach (var row in list.Customers)
            {
                lives.Add(await population.Gateway.Get<V1.CustomerState>($"/admin/v1/customers/user_id/{row.Identifiers[0].Value}?as_of={Instant(list.ValuedAt)}"));
            }

            if (list.Customers.Select(row => row.Version).SequenceEqual(lives.Select(live => live.Version)))
            {
                return (list.Customers, lives);
            }

            await Task.Delay(100, patience.Token);
        }
    }

    [Theory]
    [InlineData("/admin/v1/customers?sort=beauty", "invalid_parameter")]
    [InlineData("/admin/v1/customers?min_intimacy=much", "invalid_parameter")]
    [InlineData("/admin/v1/customers?min_intimacy=NaN", "invalid_parameter")]
    [InlineData("/admin/v1/customers?limit=0", "invalid_parameter")]
    [InlineData("/admin/v1/customers?limit=501", "invalid_parameter")]
    [InlineData("/admin/v1/customers?stage=ENLIGHTENMENT", "invalid_parameter")]
    [InlineData("/admin/v1/customers?min_intimcy=3", "unknown_parameter")]
    [InlineData("/admin/v1/customers?cursor=AAAA", "invalid_query")]
    [InlineData("/admin/v1/overview?x=1", "unknown_parameter")]
    [InlineData("/v1/customers/user_id/buyer?as_of=yesterday", "invalid_parameter")]
    [InlineData("/v1/customers/user_id/buyer/turns?page_token=x", "invalid_page_token")]
    [InlineData("/v1/customers/user_id/buyer/turns?page_size=501", "invalid_parameter")]
    [InlineData("/v1/receipts/none", "invalid_receipt_id")]
    public async Task A_question_that_makes_no_sense_is_refused_by_name(string path, string code)
    {
        var response = await population.Gateway.Http.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        ((string?)(await RunningGateway.Body(response))["code"]).ShouldBe(code);
    }

    private async Task<List<string>> Names(string query) =>
        [.. (await population.Gateway.Get<CustomerList>($"/admin/v1/customers{query}")).Customers.Select(row => row.Identifiers[0].Value)];

    private static string Instant(Timestamp time) => time.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    private static decimal Key(CustomerRow row, string sort) => sort switch
    {
        "involvement" => (decimal)row.Engagement.Involvement,
        "interaction" => (decimal)row.Engagement.Interaction,
        "intimacy" => (decimal)row.Engagement.Intimacy,
        "influence" => (decimal)row.Engagement.Influence,
        "engagement" => (decimal)row.Engagement.Engagement_,
        "advocacy" => (decimal)row.Engagement.Advocacy,
        "value" => decimal.Parse(row.Value),
        _ => row.LastSeen.Seconds + (row.LastSeen.Nanos / 1e9m),
    };

    /// <summary>Six customers and their fourteen turns, checkpointed.</summary>
    public sealed class Population : IAsyncLifetime
    {
        public RunningGateway Gateway { get; } = new();

        public async Task InitializeAsync()
        {
            await Gateway.InitializeAsync();
            await Say("visitor", "page_viewed", "tea_leaves_read");
            await Say("buyer", "product_viewed", "product_added", "order_completed");
            await Say("other-buyer", "product_viewed", "order_completed");
            await Say("complainer", "complaint_made");
            await Say("fan", "liked", "shared", "referral_made");
            await Say("returner", "order_completed", "order_refunded");
            await Gateway.Interact(With(ExperienceCalls.Interaction("visitor", "in the store", "tea_leaves_read"), "store"));
            (await Gateway.Failure(ExperienceCalls.Interact, ExperienceCalls.Interaction("visitor", "no", properties: ("x", Value.ForNumber(double.NaN))))).Name.ShouldBe("number_not_finite");
            // A restart has saved everything: nothing here waits for a clock.
            await Gateway.Stop();
            await Gateway.Start(new());
            (await Gateway.Failure(ExperienceCalls.Interact, ExperienceCalls.Interaction("visitor", "no", properties: ("x", Value.ForNumber(double.NaN))))).Name.ShouldBe("number_not_finite");
        }

        public Task DisposeAsync() => Gateway.DisposeAsync();

        private async Task Say(string user, params string[] types)
        {
            foreach (var type in types)
            {
                var request = ExperienceCalls.Interaction(user, $"{user} {type}", type);
                if (type == "order_completed")
                {
                    request.Properties.Add("total", Value.ForNumber(user == "buyer" ? 10.404 : user == "other-buyer" ? 28.1 : 2.9));
                }
                else if (type == "order_refunded")
                {
                    request.Properties.Add("total", Value.ForNumber(2.9));
                }

                await Gateway.Interact(request);
            }
        }

        private static V1.InteractRequest With(V1.InteractRequest request, string channel)
        {
            request.Channel = channel;
            return request;
        }
    }
}
