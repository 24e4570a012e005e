using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>All targets and what was found, from the results that stand in a folder.</summary>
public static class LimitsTable
{
    /// <summary>What each row says, and the name of its result.</summary>
    private static readonly (string What, string Name)[] Rows =
    [
        ("durable turns a second ÷ a bare Kestrel echo, to callers with one call each", "durable-turns"),
        ("the same, many calls packed on each of a few connections", "durable-turns-packed"),
        ("÷ a stateless service on Redis, `everysec`, which may lose a second", "peer-redis-everysec"),
        ("÷ a stateless service on Redis, `always`", "peer-redis-always"),
        ("÷ a stateless service on PostgreSQL", "peer-postgres"),
        ("CPU seconds a million turns ÷ those on Redis, `everysec`", "peer-redis-everysec-cpu"),
        ("p99 at half of capacity ÷ the echo's at the same rate", "half-load"),
        ("a customer in memory, all of the process included", "memory"),
        ("throughput with 100 times as many known customers", "growth-to-a-fifth"),
        ("throughput with 500 times as many known customers", "growth"),
        ("p99 with 100 times as many known customers", "growth-to-a-fifth-p99"),
        ("p99 with 500 times as many known customers", "growth-p99"),
        ("cold touches", "cold"),
        ("first answer after `kill -9` with 500 MB in the journal only", "restart"),
        ("disk a turn, history kept", "disk"),
        ("goodput at three times capacity ÷ capacity", "overload-goodput"),
        ("p99 of what is answered then", "overload-p99"),
        ("share of refusals that say RESOURCE_EXHAUSTED and when to come back", "overload-refusals"),
        ("soak: growth of memory after the first sixth", "soak-memory"),
        ("soak: p99 of the last sixth ÷ that of the first", "soak-p99"),
        ("managed memory allocated a turn", "allocation"),
        ("turns a second of one customer", "hot"),
        ("others' p99 beside it ÷ beside others", "hot-others"),
    ];

    /// <summary>Writes limits.md and returns what it says.</summary>
    public static string Write(string folder)
    {
        var text = new StringBuilder("""
            # limits

            | what | target | found, median | range | | measured |
            |---|---|---|---|---|---|

            """);
        foreach (var (what, name) in Rows)
        {
            var file = Path.Combine(folder, name + ".json");
            text.Append(File.Exists(file) ? Row(what, name, JsonDocument.Parse(File.ReadAllBytes(file)).RootElement) : $"| {what} | | not measured | | | |\n");
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "limits.md"), text.ToString());
        return text.ToString();
    }

    private static string Row(string what, string name, JsonElement result)
    {
        var (place, figure) = (result.GetProperty("place"), result.GetProperty("figure"));
        var unit = figure.TryGetProperty("unit", out var told) ? told.GetString()! : "";
        string Say(string value) => Results.Say(figure.GetProperty(value).GetDouble(), unit);
        var sign = figure.GetProperty("at_least").GetBoolean() ? "≥" : "≤";
        var met = figure.GetProperty("met").GetBoolean() ? "met" : "**not met**";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| [{what}]({name}.md) | {sign} {Say("target")} | {Say("median")} | {Say("least")} to {Say("most")} | {met} | {place.GetProperty("at").GetDateTimeOffset():yyyy-MM-dd HH:mm}, {place.GetProperty("commit").GetString()} |\n");
    }
}
