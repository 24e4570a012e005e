using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Journeys;

/// <summary>The slice of a customer that says which journeys it is in, and which it has been in.</summary>
public sealed class JourneysState
{
    private readonly List<JourneyRun> runs = [];
    private readonly List<JourneyPast> past = [];

    /// <summary>The runs under way, by number; at most <see cref="Limits.JourneyRuns"/>.</summary>
    public ReadOnlySpan<JourneyRun> Runs => CollectionsMarshal.AsSpan(runs);

    /// <summary>Journeys ever entered, in the order in which they were entered first; at most <see cref="Limits.JourneysKnown"/>.</summary>
    public ReadOnlySpan<JourneyPast> Past => CollectionsMarshal.AsSpan(past);

    /// <summary>Runs ever begun.</summary>
    public long Entered { get; internal set; }

    public JourneyPast? PastOf(string journey) => PlaceOf(journey) is var place and >= 0 ? past[place] : null;

    /// <summary>How many runs of a journey are under way.</summary>
    public int RunsOf(string journey)
    {
        var count = 0;
        foreach (ref readonly var run in Runs)
        {
            count += run.Journey == journey ? 1 : 0;
        }

        return count;
    }

    internal void Enter(JourneyEntered entered)
    {
        Entered = Math.Max(Entered, entered.Run);
        runs.Add(new JourneyRun(entered.Journey, entered.Run, entered.Playbook, entered.Key, "", entered.At, entered.At, null));
        var place = PlaceOf(entered.Journey);
        if (place >= 0)
        {
            past[place] = past[place] with { Entered = past[place].Entered + 1, LastEntered = entered.At };
            return;
        }

        if (past.Count == Limits.JourneysKnown)
        {
            past.RemoveAt(LeastMissed());
        }

        past.Add(new JourneyPast(entered.Journey, 1, entered.At, null));
    }

    internal void Step(JourneyStepped stepped)
    {
        ref var run = ref Of(stepped.Run);
        run = run with { Step = stepped.To, SteppedAt = stepped.At, Due = stepped.Due };
    }

    internal void Move(JourneyMoved moved)
    {
        ref var run = ref Of(moved.Run);
        run = run with { Playbook = moved.Playbook, Step = moved.To, SteppedAt = moved.At, Due = moved.Due };
    }

    internal void Leave(JourneyLeft left)
    {
        runs.RemoveAll(run => run.Number == left.Run);
        var place = PlaceOf(left.Journey);
        if (place >= 0)
        {
            past[place] = past[place] with { LastLeft = left.At };
        }
    }

    /// <summary>The runs of another customer that this one does not go on with: the same journey with the same key is under way here, or there
    /// is no room.</summary>
    internal List<JourneyRun> NotTakenOf(JourneysState other)
    {
        var (left, room) = (new List<JourneyRun>(), Limits.JourneyRuns - runs.Count);
        foreach (var run in other.runs)
        {
            if (runs.Exists(own => own.Journey == run.Journey && own.Key == run.Key) || room-- <= 0)
            {
                left.Add(run);
            }
        }

        return left;
    }

    /// <summary>Goes on with the runs of another customer, but for <see cref="NotTakenOf"/>, and remembers what it has been in.</summary>
    internal void Absorb(JourneysState other)
    {
        var (left, number) = (NotTakenOf(other), Entered);
        Entered += other.Entered;
        foreach (var run in other.runs)
        {
            if (!left.Contains(run))
            {
                runs.Add(run with { Number = ++number });
            }
        }

        foreach (var journey in other.past)
        {
            var place = PlaceOf(journey.Journey);
            if (place >= 0)
            {
                var own = past[place];
                past[place] = new JourneyPast(
                    own.Journey,
                    own.Entered + journey.Entered,
                    Instant.Later(own.LastEntered, journey.LastEntered),
                    own.LastLeft is { } mine && journey.LastLeft is { } theirs ? Instant.Later(mine, theirs) : own.LastLeft ?? journey.LastLeft);
                continue;
            }

            if (past.Count == Limits.JourneysKnown)
            {
                past.RemoveAt(LeastMissed());
            }

            past.Add(journey);
        }
    }

    internal void Add(JourneyRun run) => runs.Add(run);

    internal void Add(JourneyPast journey) => past.Add(journey);

    internal void Clear()
    {
        Entered = 0;
        runs.Clear();
        past.Clear();
    }

    private ref JourneyRun Of(long number)
    {
        foreach (ref var run in CollectionsMarshal.AsSpan(runs))
        {
            if (run.Number == number)
            {
                return ref run;
            }
        }

        throw new ArgumentException($"run {number} is not under way", nameof(number));
    }

    private int PlaceOf(string journey) => past.FindIndex(known => known.Journey == journey);

    /// <summary>One that isn't under way, left longest ago.</summary>
    private int LeastMissed()
    {
        var least = -1;
        for (var i = 0; i < past.Count; i++)
        {
            if (RunsOf(past[i].Journey) == 0 && (least < 0 || past[i].LastLeft < past[least].LastLeft))
            {
                least = i;
            }
        }

        return least;
    }
}
