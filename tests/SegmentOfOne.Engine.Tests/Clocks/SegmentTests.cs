using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Queries;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Clocks;

public sealed class SegmentTests : IDisposable
{
    private const int Customers = 100;

    private readonly SteppedEngine _host = new(options => options with { Playbook = Source });

    private static byte[] Source { get; } = Write();

    [Fact]
    public async Task Who_is_in_a_segment_is_listed_and_counted_until_its_window_passes()
    {
        for (var customer = 0; customer < Customers; customer++)
        {
            await _host.Turn(Requests.Interaction($"c{customer}", "view", customer % 3 == 0 ? "product_viewed" : "page_viewed"));
        }

        _host.Save();
        (await Members("viewers")).Order().ShouldBe(Enumerable.Range(0, Customers).Where(customer => customer % 3 == 0).Select(customer => $"c{customer}").Order());
        (await Sums("viewers")).ShouldBe(new SegmentSums("viewers", 34, 34, 0));

        _host.EvictAll();
        _host.Time.Advance(TimeSpan.FromDays(1));
        await _host.WakeDue();
        _host.Save();
        (await Members("viewers")).ShouldBeEmpty();
        (await Sums("viewers")).ShouldBe(new SegmentSums("viewers", 0, 34, 34));
        var left = (await Histories.Check(_host.Engine, Requests.User("c0"))).SelectMany(turn => turn.Facts).OfType<SegmentLeft>().Single();
        left.At.ShouldBe((await _host.Engine.Get(Requests.User("c0"), null, default))!.State.LastSeen + TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task The_top_tenth_by_a_score_is_who_has_the_most_once_it_was_found_where_it_begins()
    {
        for (var customer = 0; customer < Customers; customer++)
        {
            for (var order = 0; order <= customer; order += 10)
            {
                await _host.Turn(Requests.Interaction($"c{customer}", $"order{order}", "product_viewed", properties: Properties.Of(("product_id", $"p{customer}"))));
            }
        }

        _host.EvictAll();
        (await Members("top")).ShouldBeEmpty();
        await Rank();
        var overview = await _host.Engine.Overview(default);
        overview.RankedAt.ShouldBe(_host.Time.Now);
        (await Members("top")).Order().ShouldBe(Enumerable.Range(90, 10).Select(customer => $"c{customer}").Order());

        // Half of all go on: those who don't fall behind.
        _host.Time.Advance(TimeSpan.FromDays(3));
        for (var customer = 40; customer < 60; customer++)
        {
            for (var view = 0; view < 15; view++)
            {
                await _host.Turn(Requests.Interaction($"c{customer}", $"again{view}", "product_viewed", properties: Properties.Of(("product_id", $"p{view}"))));
            }
        }

        _host.EvictAll();
        await Rank();
        var members = await Members("top");
        members.Length.ShouldBeInRange(8, 20);
        members.ShouldAllBe(member => int.Parse(member.Substring(1)) >= 40 && int.Parse(member.Substring(1)) < 60);
    }

    [Fact]
    public void Percentiles_of_a_histogram_are_those_of_the_scores_within_its_width()
    {
        const int Seeds = 50;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var scores = Enumerable.Range(0, random.Next(200, 3_000)).Select(_ => Math.Pow(random.NextDouble(), seed % 5) * 100).Order().ToArray();
            var parts = scores.GroupBy(score => (long)Math.Floor(score / RankSql.Width)).OrderBy(part => part.Key).Select(part => (part.Key, (long)part.Count())).ToArray();
            var percentiles = RankSql.Percentiles(RankedScore.Influence, parts);
            percentiles.Length.ShouldBe(101);
            for (var percent = 0; percent <= 100; percent++)
            {
                var exact = scores[Math.Clamp((int)Math.Ceiling(scores.Length * percent / 100.0) - 1, 0, scores.Length - 1)];
                Math.Abs(percentiles[percent] - exact).ShouldBeLessThanOrEqualTo(RankSql.Width + 1e-9, $"seed {seed}, percentile {percent}");
            }
        }
    }

    public void Dispose() => _host.Dispose();

    private async Task Rank()
    {
        var ranking = _host.Engine.Home.RefreshRanks(default);
        while (!ranking.IsCompleted)
        {
            _host.Commit();
            await Task.WhenAny(ranking, Task.Delay(1));
        }

        await ranking;
        _host.Save();
    }

    private async Task<string[]> Members(string segment) =>
    [
        .. (await _host.Engine.List(new CustomerQuery { Segment = segment, Limit = CustomerQuery.MaxLimit }, default))
            .Customers.Select(row => row.Identifiers[0].Value),
    ];

    private async Task<SegmentSums> Sums(string segment) =>
        (await _host.Engine.Overview(default)).Segments.Single(sums => sums.Segment == segment);

    private static byte[] Write()
    {
        var document = JsonNode.Parse(WaitingShop.With())!;
        document["segments"] = JsonNode.Parse(
            """
            {
              "viewers": { "when": "count('product_viewed', 1d) >= 1" },
              "top": { "percentile": { "score": "involvement", "enter": 90, "leave": 85 } }
            }
            """);
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }
}
