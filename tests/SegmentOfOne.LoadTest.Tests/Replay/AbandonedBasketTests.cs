using Microsoft.Data.Sqlite;
using SegmentOfOne.LoadTest.Shop;

namespace SegmentOfOne.LoadTest.Tests.Replay;

public sealed class AbandonedBasketTests(AbandonedBaskets shop) : IClassFixture<AbandonedBaskets>
{
    /// <summary>
    /// A basket is abandoned when for an hour after one of its lines its customer orders nothing, be it this basket or another. What is due comes
    /// first, then what happens at that time: an order exactly an hour later is too late. Lines of one minute happen as they stand in the file,
    /// and an order right behind the last line of its invoice.
    /// </summary>
    private const string Abandoned = """
        WITH ordered AS (
            SELECT customer, minute, line FROM (
                SELECT customer, minute, line, ROW_NUMBER() OVER (PARTITION BY customer, invoice ORDER BY minute DESC, line DESC) AS from_last
                FROM lines WHERE invoice NOT LIKE 'C%' AND CAST(invoice AS INTEGER) % $abandon <> 0)
            WHERE from_last = 1)
        SELECT DISTINCT customer, invoice FROM lines l
        WHERE invoice NOT LIKE 'C%' AND NOT EXISTS (
            SELECT 1 FROM ordered o
            WHERE o.customer = l.customer AND (o.minute, o.line) >= (l.minute, l.line) AND o.minute < l.minute + 60)
        """;

    [ShopClockFact]
    public void The_abandoned_cart_journey_fires_for_exactly_the_baskets_that_sql_over_the_raw_lines_names()
    {
        shop.Replay.Output.ShouldMatch("abandoned: [0-9,]+ of 18,536 baskets, those whose number 10 divides");
        var named = Named();
        shop.Reminded.Except(named).ShouldBeEmpty();
        named.Except(shop.Reminded).ShouldBeEmpty();

        // Nearly all that were left out, and hardly another.
        named.Count.ShouldBeInRange(1_000, 2_500);
        named.Select(basket => basket.Customer).Distinct().Count().ShouldBeGreaterThan(500);
        shop.Bought.ShouldBeGreaterThan(16_000);
    }

    private static HashSet<(string Customer, string Basket)> Named()
    {
        using var database = new SqliteConnection("Data Source=:memory:");
        database.Open();
        Load(database);
        using var query = database.CreateCommand();
        query.CommandText = Abandoned;
        query.Parameters.AddWithValue("$abandon", AbandonedBaskets.Abandon);
        HashSet<(string Customer, string Basket)> named = [];
        using var rows = query.ExecuteReader();
        while (rows.Read())
        {
            named.Add((rows.GetString(0), rows.GetString(1)));
        }
        return named;
    }

    /// <summary>The file's lines that have a customer, as they stand there.</summary>
    private static void Load(SqliteConnection database)
    {
        using var transaction = database.BeginTransaction();
        using var create = database.CreateCommand();
        create.CommandText = "CREATE TABLE lines (line INTEGER PRIMARY KEY, invoice TEXT NOT NULL, customer TEXT NOT NULL, minute INTEGER NOT NULL)";
        create.ExecuteNonQuery();
        using var insert = database.CreateCommand();
        insert.CommandText = "INSERT INTO lines (line, invoice, customer, minute) VALUES ($line, $invoice, $customer, $minute)";
        foreach (var name in new[] { "$line", "$invoice", "$customer", "$minute" })
        {
            insert.Parameters.Add(new SqliteParameter { ParameterName = name });
        }
        foreach (var (number, line) in ShopFile.Read(ShopDataFactAttribute.File).Index())
        {
            if (line.Customer is not null)
            {
                insert.Parameters[0].Value = number;
                insert.Parameters[1].Value = line.Invoice;
                insert.Parameters[2].Value = line.Customer;
                insert.Parameters[3].Value = line.At.ToUnixTimeSeconds() / 60;
                insert.ExecuteNonQuery();
            }
        }
        create.CommandText = "CREATE INDEX by_customer ON lines (customer, minute, line)";
        create.ExecuteNonQuery();
        transaction.Commit();
    }
}
