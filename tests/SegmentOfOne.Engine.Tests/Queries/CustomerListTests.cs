using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Engine.Queries;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.Tests.Simulation;

namespace SegmentOfOne.Engine.Tests.Queries;

/// <summary>Lists by SQL against lists by hand.</summary>
public sealed class CustomerListTests : IDisposable
{
    private const int Customers = 150;
    private const double Close = 1e-9;
    private readonly SteppedEngine _host = new();

    public static TheoryData<CustomerSort, bool> Sorts()
    {
        var sorts = new TheoryData<CustomerSort, bool>();
        foreach (var sort in Enum.GetValues<CustomerSort>())
        {
            sorts.Add(sort, true);
            sorts.Add(sort, false);
        }

        return sorts;
    }

    [Theory]
    [MemberData(nameof(Sorts))]
    public async Task Every_sort_is_that_of_the_values_shown_in_pages_of_any_size(CustomerSort sort, bool descending)
    {
        await Live();
        _host.Time.Advance(TimeSpan.FromDays(11));
        var query = new CustomerQuery { Sort = sort, Descending = descending, Limit = 500 };
        var all = (await _host.Engine.List(query, default)).Customers;
        all.Select(row => row.Key).ShouldBe(all.Select(row => row.Key).Distinct());
        all.Length.ShouldBe(Customers);
        foreach (var (before, after) in all.Zip(all.Skip(1)))
        {
            var step = Value(after, sort) - Value(before, sort);
            (descending ? step : -step).ShouldBeLessThanOrEqualTo(Close);
        }

        foreach (var limit in new[] { 1, 7, 149, 150 })
        {
            (await Pages(query with { Limit = limit })).Select(row => row.Key).ShouldBe(all.Select(row => row.Key));
        }
    }

    [Fact]
    public async Task Rows_say_what_the_live_customer_says()
    {
        await Live();
        var page = await _host.Engine.List(new CustomerQuery { Limit = 500 }, default);
        (page.AsOf, page.ValuedAt).ShouldBe((_host.Time.Now, _host.Time.Now));
        foreach (var row in page.Customers)
        {
            var view = (await _host.Engine.Get(row.Identifiers[0], null, default))!;
            row.ShouldBe(row with
            {
                Key = view.Key,
                Version = view.State.Version,
                Stage = view.State.Stage,
                Scores = view.Scores,
                Orders = view.State.Orders,
                Value = view.State.Value.Revenue + view.State.Value.Returned,
                LastSeen = view.State.LastSeen,
            });
        }
    }

    [Fact]
    public async Task Filters_keep_whom_they_name()
    {
        await Live();
        var all = (await _host.Engine.List(new CustomerQuery { Limit = 500 }, default)).Customers;
        var random = new Random(1);
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var query = new CustomerQuery
            {
                Stage = random.Next(2) == 0 ? all[random.Next(all.Length)].Stage : null,
                Sort = (CustomerSort)random.Next(Enum.GetValues<CustomerSort>().Length),
                Involvement = Range(random, 0, 60),
                Interaction = Range(random, 0, 60),
                Intimacy = Range(random, -60, 60),
                Influence = Range(random, 0, 30),
                Engagement = Range(random, 0, 40),
                Advocacy = Range(random, -10, 10),
                Limit = random.Next(1, 60),
            };
            (await Pages(query)).Select(row => row.Key).Order(ByKey).ShouldBe(all.Where(row => Passes(row, query)).Select(row => row.Key).Order(ByKey));
        }
    }

    [Fact]
    public async Task Customers_folded_with_different_half_lives_are_ranked_by_their_scores()
    {
        await Live();
        var faster = System.Text.Json.Nodes.JsonNode.Parse(_host.Engine.Playbooks.InForce.Playbook.Source.Span)!;
        faster["engagement"]!["involvement"]!["half_life"] = "1d";
        (await _host.Engine.Playbooks.Publish(System.Text.Encoding.UTF8.GetBytes(faster.ToJsonString()), null, default))
            .ShouldBeOfType<PublishOutcome.Published>();
        var first = await _host.Engine.List(new CustomerQuery { Sort = CustomerSort.Involvement, Limit = 5 }, default);
        for (var i = 0; i < Customers; i += 2)
        {
            await _host.Turn(Requests.Interaction($"c{i}", "after", "store_visited"));
        }

        _host.Save();
        _host.Time.Advance(TimeSpan.FromDays(3));
        var rows = await Pages(new CustomerQuery { Sort = CustomerSort.Involvement, Limit = 20 });
        rows.Count.ShouldBe(Customers);
        rows.Select(row => row.Scores.Involvement).ShouldBe(rows.Select(row => row.Scores.Involvement).OrderDescending());

        // A page of the order by rank can't be followed by one of the order by score.
        await Should.ThrowAsync<InvalidQueryException>(async () => await _host.Engine.List(
            new CustomerQuery { Sort = CustomerSort.Involvement, Limit = 5, Cursor = first.Next }, default));
    }

    [Fact]
    public async Task Cursors_are_good_for_their_own_query_only()
    {
        await Live();
        var query = new CustomerQuery { Limit = 3 };
        var page = await _host.Engine.List(query, default);
        foreach (var wrong in new[]
        {
            query with { Cursor = page.Next + "x" },
            query with { Cursor = "" },
            query with { Cursor = page.Next, Descending = false },
            query with { Cursor = page.Next, Stage = Stage.Purchase },
            query with { Limit = 0 },
            query with { Limit = 501 },
        })
        {
            await Should.ThrowAsync<InvalidQueryException>(async () => await _host.Engine.List(wrong, default));
        }

        (await _host.Engine.List(query with { Cursor = page.Next, Limit = 5 }, default)).Customers.Length.ShouldBe(5);
    }

    [Theory]
    [InlineData(CustomerSort.Involvement)]
    [InlineData(CustomerSort.Interaction)]
    [InlineData(CustomerSort.Influence)]
    [InlineData(CustomerSort.Value)]
    [InlineData(CustomerSort.LastSeen)]
    public async Task Sorts_with_a_column_scan_its_index(CustomerSort sort)
    {
        await Live();
        using var connection = _host.Engine.Store.OpenQueries();
        using var command = connection.CreateCommand();
        var sql = new CustomerListSql(_host.Engine.Store.Dialect, _host.Engine.Playbooks.InForce.Playbook.Engagement);
        command.CommandText = "EXPLAIN QUERY PLAN " + sql.List(new CustomerQuery { Sort = sort }, byColumn: true, continues: true);
        foreach (var name in new[] { "@at", "@key", "@number", "@limit" })
        {
            command.Parameters.Add(new SqliteParameter(name, 1));
        }

        using var reader = command.ExecuteReader();
        var plan = new List<string>();
        while (reader.Read())
        {
            plan.Add(reader.GetString(3));
        }

        plan[0].ShouldContain("USING INDEX customer_");
        plan.ShouldNotContain(step => step.Contains("TEMP B-TREE"));
    }

    public void Dispose() => _host.Dispose();

    private static readonly IComparer<CustomerKey> ByKey = Comparer<CustomerKey>.Create((a, b) => a.Value.CompareTo(b.Value));

    private async Task Live()
    {
        const int Checkpoints = 6;
        var random = new Random(7);
        for (var checkpoint = 0; checkpoint < Checkpoints; checkpoint++)
        {
            // The first makes every row, the others change some columns of some.
            var turns = Enumerable.Range(checkpoint * Customers, Customers).Select(i => _host.Engine.Turn(
                Requests.Interaction(
                    $"c{(i < Customers ? i : random.Next(Customers))}", $"{i}", Shop.Types[random.Next(Shop.Types.Length)],
                    at: _host.Time.Now - TimeSpan.FromHours(random.Next(3_000)), properties: Shop.Properties(random)),
                default).AsTask()).ToArray();
            _host.Save();
            await Task.WhenAll(turns);
        }
    }

    private async Task<List<CustomerRow>> Pages(CustomerQuery query)
    {
        var rows = new List<CustomerRow>();
        for (string? cursor = null; ;)
        {
            var page = await _host.Engine.List(query with { Cursor = cursor }, default);
            page.Customers.Length.ShouldBeLessThanOrEqualTo(query.Limit);
            rows.AddRange(page.Customers);
            cursor = page.Next;
            if (cursor is null)
            {
                return rows;
            }
        }
    }

    private static double Value(CustomerRow row, CustomerSort sort) => sort switch
    {
        CustomerSort.Involvement => row.Scores.Involvement,
        CustomerSort.Interaction => row.Scores.Interaction,
        CustomerSort.Intimacy => row.Scores.Intimacy,
        CustomerSort.Influence => row.Scores.Influence,
        CustomerSort.Engagement => row.Scores.Engagement,
        CustomerSort.Advocacy => row.Scores.Advocacy,
        CustomerSort.Value => (double)row.Value,
        _ => row.LastSeen.UnixMilliseconds,
    };

    private static ScoreRange Range(Random random, double low, double high)
    {
        double? Bound() => random.Next(4) == 0 ? low + (random.NextDouble() * (high - low)) : null;
        return new ScoreRange(Bound(), Bound());
    }

    private static bool Passes(CustomerRow row, CustomerQuery query)
    {
        static bool In(double value, ScoreRange range) => !(value < range.Min) && !(value > range.Max);
        Scores scores = row.Scores;
        return (query.Stage is null || row.Stage == query.Stage)
            && In(scores.Involvement, query.Involvement) && In(scores.Interaction, query.Interaction)
            && In(scores.Intimacy, query.Intimacy) && In(scores.Influence, query.Influence)
            && In(scores.Engagement, query.Engagement) && In(scores.Advocacy, query.Advocacy);
    }
}
