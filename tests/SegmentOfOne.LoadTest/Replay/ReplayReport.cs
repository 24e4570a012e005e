using System.Globalization;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Shop;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Replay;

/// <summary>One sum three times: of the file, as the service has it, and as published beside the data.</summary>
/// <param name="Truth">Null where nothing is published for these lines.</param>
public sealed record SumRow(string Name, decimal File, decimal Service, decimal? Truth)
{
    /// <summary>Whether all that there is says the same.</summary>
    public bool Holds => File == Service && (Truth ?? File) == File;

    /// <summary>The rows of a replay.</summary>
    /// <param name="truth">Null where nothing is published for these lines.</param>
    public static IReadOnlyList<SumRow> Of(ShopSums file, ShopSums service, ShopSums? truth) =>
    [
        new("interactions", file.Turns, service.Turns, truth?.Turns),
        new("customers", file.Customers, service.Customers, truth?.Customers),
        new("orders", file.Orders, service.Orders, truth?.Orders),
        new("worth of orders", file.OrderWorth, service.OrderWorth, truth?.OrderWorth),
        new("returns", file.Returns, service.Returns, truth?.Returns),
        new("worth of returns", file.ReturnWorth, service.ReturnWorth, truth?.ReturnWorth),
    ];
}

/// <summary>What a replay has to say at its end.</summary>
public static class ReplayReport
{
    public static void Write(IAnsiConsole console, ReplayTally tally, TimeSpan elapsed)
    {
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{tally.Latency.Count:N0} turns answered in {elapsed.TotalSeconds:N1} s ({tally.Latency.Count / elapsed.TotalSeconds:N0}/s): {tally.New:N0} new, {tally.Duplicates:N0} known already"));
        foreach (var (name, count) in tally.Refused)
        {
            console.MarkupLineInterpolated($"[red]refused: {count} {name}[/]");
        }
        LatencyTable.Write(console, "Latency of a turn, from its writing (a closed loop: a slow service slows the replay):", tally.Latency);
    }

    public static void Write(IAnsiConsole console, IReadOnlyList<SumRow> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("sum");
        table.AddColumn(new TableColumn("of the file").RightAligned());
        table.AddColumn(new TableColumn("asked back").RightAligned());
        table.AddColumn(new TableColumn("published").RightAligned());
        table.AddColumn("");
        foreach (var row in rows)
        {
            table.AddRow(row.Name, Show(row.File), Show(row.Service), row.Truth is { } truth ? Show(truth) : "", row.Holds ? "[green]exact[/]" : "[red]OFF[/]");
        }
        console.Write(table);
    }

    private static string Show(decimal sum) => sum.ToString("#,0.############", CultureInfo.InvariantCulture);
}
