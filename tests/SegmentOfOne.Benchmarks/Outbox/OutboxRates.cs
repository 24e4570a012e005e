using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Benchmarks.Outbox;

/// <summary>Deliveries a second to a receiver beside one that hangs, divided by the same alone: a ratio of one gateway, taken in turn.</summary>
public static class OutboxRates
{
    private const double Target = 0.95;
    private const int Messages = 20_000;
    private const int Callers = 32;
    private const int TimeoutSeconds = 2;
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public static async Task<string> Measure(int pairs, string results, CancellationToken ct)
    {
        var data = Directory.CreateTempSubdirectory("measured-outbox-");
        var (playbook, receivers) = (Path.Combine(data.FullName, "playbook.json"), Path.Combine(data.FullName, "receivers.json"));
        await File.WriteAllBytesAsync(playbook, MessageShop.Source.ToArray(), ct);
        await using var good = await Hook.Open(hangs: false, ct);
        await using var bad = await Hook.Open(hangs: true, ct);
        Address(receivers);
        await using var gateway = await ServerProcess.StartGateway(
            "gateway", Built.Gateway, Path.Combine(data.FullName, "data"), ct, "--playbook", playbook, "--receivers", receivers);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{gateway.Http}") };

        // What is compiled on the way is compiled once; and one run of each is not counted.
        var measured = new List<RatePair>();
        for (var pair = -1; pair < pairs; pair++)
        {
            var alone = await Run(pair % 2 == 0);
            var beside = await Run(pair % 2 != 0);
            var (one, other) = pair % 2 == 0 ? (beside, alone) : (alone, beside);
            if (pair >= 0)
            {
                measured.Add(new RatePair(other, one, other / one));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pair {pair + 1}: {other:N0}/s beside it, {one:N0}/s alone"));
            }
        }

        var figure = new OutboxFigure(measured, Messages, bad.Count);
        return Results.Write(results, "outbox", Place.Here(), Describe(figure, Place.Here()), figure);

        // Messages wait for both receivers; then one has an address, or both have.
        async Task<double> Run(bool besideHanging)
        {
            Address(receivers);
            // The file is read every two seconds, and attempts that hang end by their time: none is left of the run before.
            await Task.Delay(TimeSpan.FromSeconds(2) + (TimeoutSeconds * TimeSpan.FromSeconds(1.5)), ct);
            await Leave(http, MessageShop.ForGood, ct);
            await Leave(http, MessageShop.ForBad, ct);
            await gateway.Quiet(ct);
            var rate = good.Rate(Messages, ct);
            Address(receivers, besideHanging ? [("good", good.Url), ("bad", bad.Url)] : [("good", good.Url)]);
            return await rate;
        }
    }

    private static async Task Leave(HttpClient http, string type, CancellationToken ct)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < Messages; i = Interlocked.Increment(ref next))
            {
                var request = new
                {
                    customer = new { kind = "user_id", value = $"c{i}" }, interaction_id = $"{Guid.NewGuid():N}", type, channel = "web",
                };
                (await http.PostAsJsonAsync("/v1/interact", request, ct)).EnsureSuccessStatusCode();
            }
        }));
    }

    private static void Address(string file, params (string Name, Uri Url)[] receivers)
    {
        var lines = receivers.Select(receiver => $$"""
            "{{receiver.Name}}": { "url": "{{receiver.Url}}", "secrets": ["{{Secret}}"], "timeout_seconds": {{TimeoutSeconds}} }
            """);
        File.WriteAllText(file + ".new", $"{{ {string.Join(", ", lines)} }}");
        File.Move(file + ".new", file, overwrite: true);
    }

    private static string Describe(OutboxFigure figure, Place place)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # outbox: {figure.Median:0.00} (at least {Target:0.00}: {(figure.Median >= Target ? "met" : "not met")})

            Messages a second that a receiver gets beside another one that takes requests and never answers, divided by the same while that one has no address. One gateway in a folder; {Messages:N0} messages wait for each of the two when the addresses are given; the rate is from the first to the last that the good one gets, each signed, in a request of its own, at most 8 at once, noted and counted durably (fsync). An attempt may take {TimeoutSeconds} s; the hanging one was tried {figure.HangingAttempts} times in all. Gateway and receivers share the machine.

            Median of {figure.Pairs.Count} pairs, range {figure.Pairs.Min(pair => pair.Ratio):0.00} to {figure.Pairs.Max(pair => pair.Ratio):0.00}. {place.At:yyyy-MM-dd HH:mm} UTC, commit {place.Commit}, {place.Processor}, {place.Cores} cores (load {place.LoadAverage:0.0}), {place.MemoryGigabytes} GB, {place.Runtime}, {place.System}.

            | pair | beside a hanging one, messages/s | alone, messages/s | ratio |
            |---|---|---|---|

            """);
        for (var pair = 0; pair < figure.Pairs.Count; pair++)
        {
            var (beside, alone, ratio) = figure.Pairs[pair];
            text.Append(CultureInfo.InvariantCulture, $"| {pair + 1} | {beside:N0} | {alone:N0} | {ratio:0.00} |\n");
        }

        return text.ToString();
    }
}

/// <summary>Two runs, one after the other: messages a second.</summary>
public sealed record RatePair(double Beside, double Alone, double Ratio);

/// <summary>What was measured.</summary>
/// <param name="Messages">Of each run.</param>
/// <param name="HangingAttempts">Requests that the receiver which hangs has got.</param>
public sealed record OutboxFigure(IReadOnlyList<RatePair> Pairs, int Messages, int HangingAttempts)
{
    /// <summary>The ratio in the middle.</summary>
    public double Median
    {
        get
        {
            double[] sorted = [.. Pairs.Select(pair => pair.Ratio).Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}
