using System.Globalization;
using SegmentOfOne.LoadTest.Measure;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Reports;

/// <summary>Lines of counts and latencies: of phases, of seconds.</summary>
internal static class LoadTable
{
    private static readonly double[] Shares = [0.5, 0.9, 0.99, 0.999];

    /// <param name="what">Heads the first column.</param>
    public static Table Create(string what)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(what);
        foreach (var name in new[] { "sent", "answered", "refused", "errors", "retries", "rate", "in flight", "p50", "p90", "p99", "p99.9", "max" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }
        return table;
    }

    public static void Row(Table table, string what, LoadCounts counts, double seconds, long inFlight) => table.AddRow([what.EscapeMarkup(), .. Cells(counts, seconds, inFlight)]);

    /// <summary>The same on one line, for files.</summary>
    public static string Line(string what, LoadCounts counts, double seconds, long inFlight)
    {
        var cells = Cells(counts, seconds, inFlight);
        return $"{what}: sent {cells[0]}, answered {cells[1]}, refused {cells[2]}, errors {cells[3]}, retries {cells[4]}, rate {cells[5]}, in flight {cells[6]}, "
            + $"p50 {cells[7]}, p90 {cells[8]}, p99 {cells[9]}, p99.9 {cells[10]}, max {cells[11]}";
    }

    private static string[] Cells(LoadCounts counts, double seconds, long inFlight) =>
    [
        Show(counts.Sent), Show(counts.Answered), Show(counts.Refused), Show(counts.Failed), Show(counts.Retries),
        Show(seconds > 0 ? counts.Answered / seconds : 0) + "/s", Show(inFlight),
        .. Shares.Select(share => counts.Answered > 0 ? LatencyTable.Milliseconds(counts.Latency.Percentile(share)) : "-"),
        counts.Answered > 0 ? LatencyTable.Milliseconds(counts.Latency.MaxNanoseconds) : "-",
    ];

    private static string Show(double count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
