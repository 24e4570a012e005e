using System.Text.Json;

namespace SegmentOfOne.Benchmarks.Plots;

/// <summary>The three plots of what growth costs: customers, rate, history; each from the curve that was measured.</summary>
public static class LimitPlots
{
    /// <summary>Writes those whose curves stand in the folder, as NAME.svg beside them.</summary>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Write(string folder)
    {
        List<string> written = [];
        Plot("customers", points => new SvgPlot(
            "Known customers", "known customers, a few of them in memory", "turns/s", "p99 at half load, ms", LogX: true, LogRight: false,
            [Line("turns/s", points, Run("calls_per_second"), false), Line("p99 at half load", points, Beside("p99 ms at half load"), true)]));
        Plot("rate", points => new SvgPlot(
            "Rate", "offered turns/s", "answered turns/s", "latency, ms", LogX: false, LogRight: true,
            [Line("answered", points, Run("calls_per_second"), false), Line("p50", points, Run("p50_milliseconds"), true), Line("p99", points, Run("p99_milliseconds"), true)]));
        Plot("history", points => new SvgPlot(
            "History", "turns behind each customer", "turns/s", "bytes", LogX: true, LogRight: true,
            [
                Line("turns/s", points, Run("calls_per_second"), false),
                Line("memory of a customer", points, Beside("resident bytes a customer"), true),
                Line("disk of a turn", points, Beside("disk bytes a turn"), true),
            ]));
        return written;

        void Plot(string name, Func<JsonElement[], SvgPlot> plot)
        {
            var curve = Path.Combine(folder, name + ".json");
            if (File.Exists(curve))
            {
                using var document = JsonDocument.Parse(File.ReadAllBytes(curve));
                var file = Path.Combine(folder, name + ".svg");
                File.WriteAllText(file, plot([.. document.RootElement.GetProperty("figure").GetProperty("points").EnumerateArray()]).ToSvg());
                written.Add(file);
            }
        }
    }

    private static PlotLine Line(string name, JsonElement[] points, Func<JsonElement, double> value, bool onRight) =>
        new(name, [.. points.Select(point => (point.GetProperty("at").GetDouble(), value(point)))], onRight);

    private static Func<JsonElement, double> Run(string name) => point => point.GetProperty("run").GetProperty(name).GetDouble();

    private static Func<JsonElement, double> Beside(string name) => point => point.GetProperty("beside").GetProperty(name).GetDouble();
}
