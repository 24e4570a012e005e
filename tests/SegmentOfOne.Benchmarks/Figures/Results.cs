using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>Writes figures as they are committed: prose and a table to read, JSON to compute with.</summary>
public static class Results
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Writes NAME.md and NAME.json and returns what the first says.</summary>
    public static string Write(IFinding finding, string folder)
    {
        var place = Place.Here();
        return Write(folder, finding.Name, place, finding is Figure figure ? Describe(figure, place) : Describe((Quantity)finding, place), finding);
    }

    /// <inheritdoc cref="Write(IFinding, string)"/>
    public static string Write(Curve curve, string folder)
    {
        var place = Place.Here();
        return Write(folder, curve.Name, place, Describe(curve, place), curve);
    }

    /// <summary>Writes what was measured as NAME.json beside the prose about it, which is returned.</summary>
    public static string Write(string folder, string name, Place place, string text, object figure)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".md"), text);
        File.WriteAllText(Path.Combine(folder, name + ".json"), JsonSerializer.Serialize(new { Place = place, Figure = figure }, Json) + "\n");
        return text;
    }

    /// <summary>A value in its unit, or a ratio.</summary>
    public static string Say(double value, string unit) =>
        (unit.Length == 0 || Math.Abs(value) < 100 ? value.ToString("0.00", CultureInfo.InvariantCulture) : value.ToString("N0", CultureInfo.InvariantCulture))
        + (unit.Length == 0 ? "" : " " + unit);

    private static string Headline(IFinding finding) =>
        $"# {finding.Name}: {Say(finding.Median, finding.Unit)} ({(finding.AtLeast ? "at least" : "at most")} {Say(finding.Target, finding.Unit)}: {(finding.Met ? "met" : "not met")})";

    private static string Where(Place place) => string.Create(
        CultureInfo.InvariantCulture,
        $"{place.At:yyyy-MM-dd HH:mm} UTC, commit {place.Commit}, {place.Processor}, {place.Cores} cores (load {place.LoadAverage:0.0}), {place.MemoryGigabytes} GB, {place.Runtime}, {place.System}.");

    private static string Describe(Figure figure, Place place)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            {Headline(figure)}

            {figure.What}

            Median of {figure.Pairs.Count} pairs, range {figure.Least:0.00} to {figure.Most:0.00}. {Where(place)}

            | pair | server | calls/s | p50 ms | p99 ms | refused | server CPU µs a call | driver CPU µs a call | allocated bytes a call | collector pauses ms | resident MB | ratio |
            |---|---|---|---|---|---|---|---|---|---|---|---|

            """);
        for (int pair = 0; pair < figure.Pairs.Count; pair++)
        {
            Row(text, $"{pair + 1}", figure.Pairs[pair].Subject, figure.Pairs[pair].Ratio.ToString("0.00", CultureInfo.InvariantCulture));
            Row(text, $"{pair + 1}", figure.Pairs[pair].Reference, "");
        }
        text.Append(CultureInfo.InvariantCulture, $"""

            Medians: p99 {figure.MedianOf(pair => pair.Subject.P99Milliseconds):0.00} ms against {figure.MedianOf(pair => pair.Reference.P99Milliseconds):0.00} ms; {figure.MedianOf(pair => pair.Subject.ServerCpuMicroseconds):0.0} µs of the server's processors a call against {figure.MedianOf(pair => pair.Reference.ServerCpuMicroseconds):0.0} µs; {figure.MedianOf(pair => pair.Subject.AllocatedBytes):N0} bytes allocated a call against {figure.MedianOf(pair => pair.Reference.AllocatedBytes):N0}.

            """);
        return text.ToString();
    }

    private static string Describe(Quantity quantity, Place place)
    {
        string[] beside = [.. quantity.Samples[0].Beside.Keys];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            {Headline(quantity)}

            {quantity.What}

            {(quantity.Samples.Count == 1 ? "One run." : $"Median of {quantity.Samples.Count} runs, range {Say(quantity.Least, quantity.Unit)} to {Say(quantity.Most, quantity.Unit)}.")} {Where(place)}

            | run | {(quantity.Unit.Length == 0 ? "ratio" : quantity.Unit)} | {string.Join(" | ", beside)} |
            |---|---|{string.Concat(beside.Select(_ => "---|"))}

            """);
        for (var run = 0; run < quantity.Samples.Count; run++)
        {
            var sample = quantity.Samples[run];
            text.Append(CultureInfo.InvariantCulture, $"| {run + 1} | {Say(sample.Value, "")} | {string.Join(" | ", beside.Select(name => Number(sample.Beside[name])))} |\n");
        }

        return text.ToString();
    }

    private static string Describe(Curve curve, Place place)
    {
        string[] beside = [.. curve.Points[0].Beside.Keys];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # {curve.Name}

            {curve.What}

            {Where(place)}

            | {curve.Along} | server | calls/s | p50 ms | p99 ms | refused | server CPU µs a call | driver CPU µs a call | allocated bytes a call | collector pauses ms | resident MB |{string.Concat(beside.Select(name => $" {name} |"))}
            |---|---|---|---|---|---|---|---|---|---|---|{string.Concat(beside.Select(_ => "---|"))}

            """);
        foreach (var point in curve.Points)
        {
            Row(text, Number(point.At), point.Run, [.. beside.Select(name => Number(point.Beside[name]))]);
        }

        return text.ToString();
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) < 100 && value != Math.Floor(value) ? "0.00" : "N0", CultureInfo.InvariantCulture);

    private static void Row(StringBuilder text, string first, Measured run, params string[] last) => text.Append(CultureInfo.InvariantCulture,
        $"| {first} | {run.Server} | {run.CallsPerSecond:N0} | {run.P50Milliseconds:0.00} | {run.P99Milliseconds:0.00} | {run.Refused} | {run.ServerCpuMicroseconds:0.0} | {run.DriverCpuMicroseconds:0.0} | {run.AllocatedBytes:N0} | {run.CollectorPauseMilliseconds:0} | {run.ServerMegabytes:N0} |{string.Concat(last.Select(value => $" {value} |"))}\n");
}
