using System.Globalization;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Measure;

/// <summary>A histogram's percentiles in milliseconds.</summary>
public static class LatencyTable
{
    private static readonly (string Name, double Share)[] Percentiles =
        [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999)];

    public static void Write(IAnsiConsole console, string title, LatencyHistogram latency)
    {
        console.WriteLine(title);
        var table = new Table().Border(TableBorder.Simple);
        List<string> cells = [];
        Add("mean", latency.MeanNanoseconds);
        foreach (var (name, share) in Percentiles)
        {
            Add(name, latency.Percentile(share));
        }
        Add("max", latency.MaxNanoseconds);
        table.AddRow([.. cells]);
        console.Write(table);

        void Add(string name, double nanoseconds)
        {
            table.AddColumn(new TableColumn(name).RightAligned());
            cells.Add(Milliseconds(nanoseconds));
        }
    }

    /// <summary>As <see cref="Milliseconds"/>, and seconds from ten seconds on.</summary>
    public static string Readable(double nanoseconds) =>
        nanoseconds < 1e10 ? Milliseconds(nanoseconds) : (nanoseconds / 1e9).ToString("#,0.0", CultureInfo.InvariantCulture) + " s";

    /// <summary>Milliseconds with three digits that matter.</summary>
    public static string Milliseconds(double nanoseconds)
    {
        var milliseconds = nanoseconds / 1e6;
        var format = milliseconds < 10 ? "0.00" : milliseconds < 100 ? "0.0" : "#,0";
        return milliseconds.ToString(format, CultureInfo.InvariantCulture) + " ms";
    }
}
