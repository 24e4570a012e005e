using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Benchmarks.Clocks;

/// <summary>Whether customers' clocks are on time, and what they cost: the engine in process, on a data folder, by the real clock.</summary>
public sealed record ClockFigures(int Pending, Punctuality Resident, Punctuality Evicted, int Many, Holding Without, Holding With)
{
    /// <summary>A wait ends no later than so long after it is due.</summary>
    private const double LateMilliseconds = 500;

    /// <summary>Memory of a pending due time of a customer in memory.</summary>
    private const double Bytes = 100;

    /// <summary>Longer for customers that must have left memory before.</summary>
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _longer = TimeSpan.FromSeconds(50);

    /// <summary>Bytes of a pending due time: in the heap, and in the customer's row.</summary>
    private double BytesOfDue => With.DueBytes / (double)With.Dues;

    public static async Task<ClockFigures> Measure(int pending, int many, int waits, CancellationToken ct)
    {
        var resident = await OnTime(pending, waits, "short", _short, TimeSpan.FromHours(1), ct);
        Console.WriteLine(resident);
        var evicted = await OnTime(pending, waits, "longer", _longer, TimeSpan.FromSeconds(1), ct);
        Console.WriteLine(evicted);
        var without = await Hold(many, "nothing", ct);
        Console.WriteLine(without);
        var with = await Hold(many, "for_ever", ct);
        Console.WriteLine(with);
        return new ClockFigures(pending, resident, evicted, many, without, with);
    }

    /// <summary>Writes clocks.md and clocks.json and returns what the first says.</summary>
    public string Write(string folder)
    {
        var place = Place.Here();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # clocks: at most {Math.Max(Resident.Latest, Evicted.Latest):0} ms late (at most {LateMilliseconds}: {Met(Resident.Latest <= LateMilliseconds && Evicted.Latest <= LateMilliseconds && Resident.Earliest >= 0 && Evicted.Earliest >= 0)}); {BytesOfDue:0} bytes a pending due time (at most {Bytes}: {Met(BytesOfDue <= Bytes)}); {With.OpenSeconds:0.00} s to the first answer after a start with {Many:N0} of them, {Without.OpenSeconds:0.00} s without

            In process, on a data folder, by the real clock. {Pending:N0} other customers wait for a month meanwhile. Lateness is from the time at which a wait is due to that at which its turn is recorded; none may be early. Customers in memory wait {_short.TotalSeconds:0} s; the others {_longer.TotalSeconds:0} s, of which they spend the last in no memory: the engine has none of them then. A due time in memory is what the heaps and the places of customers in the index take for it, heaps' room to grow included; the step of the journey is part of the customer's state and not counted. A start is timed from opening the folder to the first turn answered. {place.At:yyyy-MM-dd HH:mm} UTC, commit {place.Commit}, {place.Processor}, {place.Cores} cores (load {place.LoadAverage:0.0}), {place.MemoryGigabytes} GB, {place.Runtime}, {place.System}.

            | customers | waits | earliest ms | median ms late | p99 ms late | latest ms |
            |---|---|---|---|---|---|
            {Row("in memory", Resident)}
            {Row("in no memory", Evicted)}

            | {Many:N0} customers | pending due times | their bytes | bytes each | slabs MB | start s |
            |---|---|---|---|---|---|
            {Row("without", Without)}
            {Row("with", With)}

            """);
        return Results.Write(folder, "clocks", place, text.ToString(), this);
    }

    private static string Met(bool met) => met ? "met" : "not met";

    private static string Row(string name, Punctuality on) => string.Create(
        CultureInfo.InvariantCulture, $"| {name} | {on.Waits:N0} | {on.Earliest:0} | {on.Median:0} | {on.P99:0} | {on.Latest:0} |");

    private static string Row(string name, Holding holding) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {holding.Dues:N0} | {holding.DueBytes:N0} | {(holding.Dues == 0 ? "" : $"{holding.DueBytes / (double)holding.Dues:0}")} | {holding.SlabBytes / 1e6:0} | {holding.OpenSeconds:0.00} |");

    private static async Task<Punctuality> OnTime(int pending, int waits, string type, TimeSpan wait, TimeSpan idle, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("segmentofone-clocks-").FullName;
        try
        {
            await using var engine = await EmbeddedEngine.Open(Options(folder) with { IdleAfter = idle }, ct);
            await Send(engine, "other", "for_ever", 0, pending, TimeSpan.Zero, ct);
            if (idle < wait)
            {
                while ((await engine.Overview(ct)).Process is { Resident: > 0 } or { UnsavedTurns: > 0 })
                {
                    await Task.Delay(200, ct);
                }
            }

            // Spread over some seconds, as customers come.
            await Send(engine, "waiting", type, 0, waits, TimeSpan.FromSeconds(5), ct);
            var least = long.MaxValue;
            for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < wait + TimeSpan.FromSeconds(5);)
            {
                await Task.Delay(200, ct);
                least = Math.Min(least, (await engine.Overview(ct)).Process.Resident);
            }

            if (idle < wait && least > waits / 100)
            {
                throw new InvalidOperationException($"{least} customers never left memory.");
            }

            var late = new List<double>();
            for (var customer = 0; customer < waits; customer++)
            {
                var story = await engine.Turns(User("waiting", customer), false, null, TurnPage.MaxLimit, ct);
                var turn = story!.Turns.Single(turn => turn.Facts[0] is TimeCame && turn.Facts.OfType<JourneyLeft>().Any());
                late.Add((turn.At - ((TimeCame)turn.Facts[0]).Due).TotalMilliseconds);
            }

            late.Sort();
            return new Punctuality(waits, late[0], late[late.Count / 2], late[(int)(late.Count * 0.99)], late[^1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Holding> Hold(int customers, string type, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("segmentofone-clocks-").FullName;
        try
        {
            Overview overview;
            await using (var engine = await EmbeddedEngine.Open(Options(folder), ct))
            {
                await Send(engine, "c", type, 0, customers, TimeSpan.Zero, ct);
                do
                {
                    await Task.Delay(500, ct);
                    overview = await engine.Overview(ct);
                }
                while (overview.Process.UnsavedTurns > 0);
            }

            var began = Stopwatch.GetTimestamp();
            await using var again = await EmbeddedEngine.Open(Options(folder), ct);
            await Send(again, "c", "nothing", customers / 2, 1, TimeSpan.Zero, ct);
            var opened = Stopwatch.GetElapsedTime(began);
            return new Holding(overview.Process.WithDue, overview.Process.DueBytes, overview.Process.SlabBytes, opened.TotalSeconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Send(EmbeddedEngine engine, string who, string type, int first, int count, TimeSpan over, CancellationToken ct)
    {
        const int AtOnce = 1_000;
        var run = Guid.NewGuid().ToString("n");
        var began = Stopwatch.GetTimestamp();
        var pending = new List<Task<TurnAnswer>>(AtOnce);
        for (var customer = first; customer < first + count; customer++)
        {
            pending.Add(engine.Turn(
                new TurnRequest { Customer = User(who, customer), Id = run, Type = type, Channel = "web", OccurredAt = null, Properties = Properties.Empty, Placements = [] }, ct).AsTask());
            if (pending.Count == AtOnce || over > TimeSpan.Zero || customer == first + count - 1)
            {
                await Task.WhenAll(pending);
                pending.Clear();
            }

            if (over * ((customer - first + 1.0) / count) - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } early)
            {
                await Task.Delay(early, ct);
            }
        }
    }

    private static Identifier User(string who, int number) => new("user_id", $"{who}{number}");

    /// <summary>Everything in memory that isn't idle, whatever it is.</summary>
    private static EngineOptions Options(string folder) => new() { DataFolder = folder, IdleAfter = TimeSpan.FromHours(1), Playbook = Source() };

    /// <summary>A playbook in which nothing is due but what journeys wait for.</summary>
    private static byte[] Source()
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        document.AsObject().Remove("segments");
        document["journeys"] = new JsonArray(
            Journey("short", $"{_short.TotalSeconds}s"), Journey("longer", $"{_longer.TotalSeconds}s"), Journey("for_ever", "30d"));
        foreach (var type in (string[])["short", "longer", "for_ever", "nothing"])
        {
            document["interactions"]![type] = new JsonObject();
        }

        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    private static JsonNode Journey(string type, string wait) => JsonNode.Parse(
        $$"""
        {
          "id": "{{type}}", "trigger": { "interaction": ["{{type}}"] }, "start": "hold",
          "steps": { "hold": { "wait": "{{wait}}", "next": "done" }, "done": { "exit": "completed" } }
        }
        """)!;
}

/// <summary>How late waits ended, in milliseconds.</summary>
public sealed record Punctuality(int Waits, double Earliest, double Median, double P99, double Latest);

/// <summary>What customers in memory take, and how long a start with them takes.</summary>
public sealed record Holding(long Dues, long DueBytes, long SlabBytes, double OpenSeconds);
