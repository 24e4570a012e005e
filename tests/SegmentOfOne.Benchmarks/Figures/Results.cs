using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>Writes figures as they are committed: prose and a table to read, JSON to compute with.</summary>
public static class Results
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Writes NAME.md and NAME.json and returns what the first says.</summary>
    public static string Write(Figure figure, string folder)
    {
        var place = Place.Here();
        return Write(folder, figure.Name, place, Describe(figure, place), figure);
    }

    /// <summary>Writes what was measured as NAME.json beside the prose about it, which is returned.</summary>
    public static string Write(string folder, string name, Place place, string text, object figure)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".md"), text);
        File.WriteAllText(Path.Combine(folder, name + ".json"), JsonSerializer.Serialize(new { Place = place, Figure = figure }, Json) + "\n");
        return text;
    }

    private static string Describe(Figure figure, Place place)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # {figure.Name}: {figure.Median:0.00} ({(figure.AtLeast ? "at least" : "at most")} {figure.Target:0.00}: {(figure.Met ? "met" : "not met")})

            {figure.What}

            Median of {figure.Pairs.Count} pairs, range {figure.Least:0.00} to {figure.Most:0.00}. {place.At:yyyy-MM-dd HH:mm} UTC, commit {place.Commit}, {place.Processor}, {place.Cores} cores (load {place.LoadAverage:0.0}), {place.MemoryGigabytes} GB, {place.Runtime}, {place.System}.

            | pair | server | calls/s | p50 ms | p99 ms | refused | server CPU µs a call | driver CPU µs a call | allocated bytes a call | collector pauses ms | resident MB | ratio |
            |---|---|---|---|---|---|---|---|---|---|---|---|

            """);
        for (int pair = 0; pair < figure.Pairs.Count; pair++)
        {
            Row(text, pair + 1, figure.Pairs[pair].Subject, figure.Pairs[pair].Ratio.ToString("0.00", CultureInfo.InvariantCulture));
            Row(text, pair + 1, figure.Pairs[pair].Reference, "");
        }
        text.Append(CultureInfo.InvariantCulture, $"""

            Medians: p99 {figure.MedianOf(pair => pair.Subject.P99Milliseconds):0.00} ms against {figure.MedianOf(pair => pair.Reference.P99Milliseconds):0.00} ms; {figure.MedianOf(pair => pair.Subject.ServerCpuMicroseconds):0.0} µs of the server's processors a call against {figure.MedianOf(pair => pair.Reference.ServerCpuMicroseconds):0.0} µs; {figure.MedianOf(pair => pair.Subject.AllocatedBytes):N0} bytes allocated a call against {figure.MedianOf(pair => pair.Reference.AllocatedBytes):N0}.

            """);
        return text.ToString();
    }

    private static void Row(StringBuilder text, int pair, Measured run, string ratio) => text.Append(CultureInfo.InvariantCulture,
        $"| {pair} | {run.Server} | {run.CallsPerSecond:N0} | {run.P50Milliseconds:0.00} | {run.P99Milliseconds:0.00} | {run.Refused} | {run.ServerCpuMicroseconds:0.0} | {run.DriverCpuMicroseconds:0.0} | {run.AllocatedBytes:N0} | {run.CollectorPauseMilliseconds:0} | {run.ServerMegabytes:N0} | {ratio} |\n");
}
