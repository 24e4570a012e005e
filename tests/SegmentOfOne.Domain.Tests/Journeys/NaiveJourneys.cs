using System.Globalization;
using SegmentOfOne.Domain.Zones;

namespace SegmentOfOne.Domain.Tests.Journeys;

/// <summary>
/// One customer's journeys, told straight: it keeps every event and looks at all of them each time. It shares nothing with the domain but the
/// stable hash that splits go by and the table of zones.
/// </summary>
internal sealed class NaiveJourneys(CustomerKey key, IReadOnlyList<NaiveFlow> flows)
{
    private const int MostDecisions = 16;
    private const int MostMessages = 32;

    private readonly Dictionary<int, IReadOnlyList<NaiveFlow>> versions = new() { [1] = flows };
    private readonly List<NaiveEvent> events = [];
    private readonly List<Run> runs = [];
    private readonly Dictionary<string, Instant> lastEntered = [];
    private readonly List<string> log = [];
    private int inForce = 1;
    private int entered;
    private int decisions;
    private bool keen;
    private int messages;

    public int Mood { get; private set; }

    public Instant Clock { get; private set; } = Instant.Min;

    public int Inside => runs.Count;

    public void Publish(IReadOnlyList<NaiveFlow> next)
    {
        inForce++;
        versions[inForce] = next;
    }

    public int Count(string type, TimeSpan? window) =>
        events.Count(each => each.Type == type && (window is not { } span || each.At > Clock - span));

    public int Orders => Count("ordered", null);

    public bool IsIn(string journey) => runs.Exists(run => run.Flow.Id == journey);

    public bool WasIn(string journey) => lastEntered.ContainsKey(journey);

    /// <summary>The first time at which something must happen by itself.</summary>
    public Instant? NextDue()
    {
        var dates = versions[inForce].Select(flow => DateAfter(flow, Clock));
        var all = runs.Select(run => (Instant?)run.Due).Concat(dates).Where(due => due is not null).Select(due => due!.Value).ToList();
        return all.Count == 0 ? null : all.Min();
    }

    /// <summary>An event that is told at a time; what it does.</summary>
    public List<string> Observe(NaiveEvent happened, Instant now)
    {
        var (before, stage, was) = (Clock, Stage(), keen);
        events.Add(happened);
        Clock = Instant.Later(Clock, happened.At);
        var late = now - happened.At;
        keen = IsKeen();
        return Turn(happened, timeCame: false, flow =>
            (flow.Types.Contains(happened.Type) && late <= TimeSpan.FromHours(flow.WithinHours))
            || (flow.Stage is not null && Stage() != stage && Stage() == flow.Stage)
            || (flow.Keen is { } entered && was != keen && keen == entered)
            || (now < Clock && DateAfter(flow, before > now ? before : now) is { } date && date <= Clock));
    }

    /// <summary>A time that came; what happens by itself.</summary>
    public List<string> Wake(Instant due)
    {
        var (before, was) = (Clock, keen);
        Clock = Instant.Later(Clock, due);
        keen = IsKeen();
        return Turn(null, timeCame: true, flow =>
            (flow.Keen is { } entered && was != keen && keen == entered) || (DateAfter(flow, before) is { } date && date <= Clock));
    }

    private List<string> Turn(NaiveEvent? at, bool timeCame, Func<NaiveFlow, bool> fired)
    {
        log.Clear();
        (decisions, messages) = (0, 0);
        foreach (var run in runs)
        {
            Move(run);
        }

        foreach (var run in runs.ToList())
        {
            GoOn(run, at, timeCame);
        }

        foreach (var flow in versions[inForce].OrderBy(flow => flow.Id, StringComparer.Ordinal))
        {
            if (fired(flow) && flow.When?.Holds(this, at) != false)
            {
                Enter(flow, at);
            }
        }

        foreach (var run in runs.ToList())
        {
            Walk(run);
        }

        return [.. log];
    }

    private void Move(Run run)
    {
        if (run.Version >= inForce || versions[inForce].FirstOrDefault(flow => flow.Id == run.Flow.Id) is not { Moves: { } moves } next
            || run.Version != 1 || next.Step(moves.GetValueOrDefault(run.Step, run.Step)) is not { } to)
        {
            return;
        }

        var due = DueOf(to);
        if (to.Name == run.Step && to.TakesTime && run.Due < due)
        {
            due = run.Due;
        }

        log.Add($"M {run.Flow.Id} {run.Number} {run.Version} {inForce} {run.Step} {to.Name} {(Clock - run.SteppedAt).TotalMilliseconds} {due} {Clock}");
        (run.Flow, run.Version, run.Step, run.SteppedAt, run.Due) = (next, inForce, to.Name, Clock, due);
    }

    private void GoOn(Run run, NaiveEvent? at, bool timeCame)
    {
        var step = run.Flow.Step(run.Step)!;
        if (run.Flow.Goal?.Holds(this, at) == true)
        {
            End(run, "Converted", "goal");
        }
        else if (run.Flow.Exits.FirstOrDefault(exit => exit.When.Holds(this, at)) is { Name: { } exit })
        {
            End(run, "Exited", exit);
        }
        else if (step.Kind == "wait_for" && at is not null && step.Types!.Contains(at.Type) && step.When?.Holds(this, at) != false)
        {
            Go(run, step.Next);
        }
        else if (timeCame && step.TakesTime && run.Due <= Clock)
        {
            Go(run, step.Kind == "wait_for" ? step.Otherwise : step.Next);
        }
    }

    private void Enter(NaiveFlow flow, NaiveEvent? at)
    {
        var own = runs.Where(run => run.Flow.Id == flow.Id).ToList();
        var name = flow.Keyed ? at?.Key ?? "" : "";
        var bar = own.Exists(run => run.Key == name) ? "running"
            : own.Count >= flow.Concurrency ? "concurrency"
            : lastEntered.TryGetValue(flow.Id, out var last)
                && flow.ReentryHours is { } hours && (hours == NaiveFlow.Never || Clock - last < TimeSpan.FromHours(hours)) ? "reentry"
            : null;
        if (bar is not null)
        {
            log.Add($"B {flow.Id} {bar} {Clock}");
            return;
        }

        lastEntered[flow.Id] = Clock;
        var run = new Run { Flow = flow, Version = inForce, Number = ++entered, Key = name, EnteredAt = Clock, SteppedAt = Clock };
        runs.Add(run);
        log.Add($"E {flow.Id} {run.Number} {inForce} {name} {Clock}");
        Go(run, flow.Steps[0].Name);
    }

    private void Walk(Run run)
    {
        while (run.Flow.Step(run.Step)! is { TakesTime: false } step)
        {
            if ((step.Kind == "decide" && decisions == MostDecisions) || (step.Receiver is not null && messages == MostMessages))
            {
                return;
            }

            switch (step.Kind)
            {
                case "exit":
                    End(run, step.Next == "completed" ? "Completed" : "Converted", "exit");
                    return;
                case "branch":
                    Go(run, step.Ways!.FirstOrDefault(way => way.When!.Holds(this, null)) is { Next: { } next } ? next : step.Otherwise);
                    break;
                case "split":
                    Go(run, Way(run, step));
                    break;
                case "set":
                    Mood = step.Minutes == 0 ? Mood + 1 : step.Minutes;
                    log.Add($"T mood {Mood} {Clock}");
                    Go(run, step.Next);
                    break;
                case "open_case":
                    log.Add($"O {step.Receiver} Case {step.Name} {messages++} {Clock}");
                    Go(run, step.Next);
                    break;
                default:
                    var chosen = step.Action == "never" ? null : "always";
                    log.Add($"D {step.Placement} {chosen}");
                    if (chosen is not null && step.Receiver is not null)
                    {
                        log.Add($"O {step.Receiver} Touch {step.Name} {messages++} {Clock} {decisions}");
                    }

                    decisions++;
                    Go(run, chosen is null ? step.Otherwise : step.Next);
                    break;
            }
        }
    }

    private void Go(Run run, string to)
    {
        var due = DueOf(run.Flow.Step(to)!);
        log.Add($"S {run.Flow.Id} {run.Number} {run.Step} {to} {(Clock - run.SteppedAt).TotalMilliseconds} {due} {Clock}");
        (run.Step, run.SteppedAt, run.Due) = (to, Clock, due);
    }

    private void End(Run run, string end, string rule)
    {
        log.Add($"L {run.Flow.Id} {run.Number} {run.Step} {end} {rule} {(Clock - run.SteppedAt).TotalMilliseconds} {(Clock - run.EnteredAt).TotalMilliseconds} {Clock}");
        runs.Remove(run);
    }

    private Instant DueOf(NaiveStep step)
    {
        if (step.Kind != "until")
        {
            return Clock + TimeSpan.FromSeconds(step.Seconds);
        }

        var told = events.Where(each => each.Zone is not null).OrderBy(each => each.At).ThenBy(each => each.Zone, StringComparer.Ordinal).LastOrDefault();
        for (var minute = (Clock.UnixMilliseconds / 60_000) + 1; ; minute++)
        {
            ZoneTable.TryOffset(told?.Zone ?? "Europe/London", new Instant(minute * 60_000), out var offset);
            if ((minute + offset) % (24 * 60) == step.Minutes)
            {
                return new Instant(minute * 60_000);
            }
        }
    }

    private string Way(Run run, NaiveStep step)
    {
        var hash = StableHash.Of(key, $"{run.Flow.Id}\0{step.Name}\0{run.Number}");
        var part = (hash >> 11) / (double)(1UL << 53) * 100;
        var sum = 0;
        return step.Ways!.First(way => part < (sum += way.Percent)).Next;
    }

    private string Stage() => Orders >= 3 ? "cultivation" : Orders >= 1 ? "purchase" : "awareness";

    public bool IsKeen() => Count("a", TimeSpan.FromHours(240)) >= 3;

    /// <summary>The flow's own date, or the day that was told by what happened last, less what it is ahead of; null: none, or none any more.</summary>
    private Instant? DateAfter(NaiveFlow flow, Instant after)
    {
        if (!flow.OfDay && flow.Date is null)
        {
            return null;
        }

        var day = flow.OfDay ? events.FindAll(each => each.Day is not null && each.Type is "a" or "b").OrderBy(each => each.At).LastOrDefault()?.Day : null;
        DateTimeOffset? first = !flow.OfDay ? DateTimeOffset.FromUnixTimeMilliseconds(flow.Date!.Value.UnixMilliseconds)
            : day is not null ? DateTimeOffset.Parse($"{day}T09:30:00Z", CultureInfo.InvariantCulture)
            : null;
        for (var years = 0; first is { } from && from.Year + years < 2100; years++)
        {
            var at = Instant.From(from.AddYears(years)) - TimeSpan.FromHours(flow.OfDay ? 36 : 0);
            if (at > after)
            {
                return at;
            }

            if (!flow.Yearly)
            {
                return null;
            }
        }

        return null;
    }

    private sealed class Run
    {
        public required NaiveFlow Flow { get; set; }

        public required int Version { get; set; }

        public required int Number { get; init; }

        public required string Key { get; init; }

        public required Instant EnteredAt { get; init; }

        public string Step { get; set; } = "";

        public required Instant SteppedAt { get; set; }

        public Instant Due { get; set; }
    }
}
