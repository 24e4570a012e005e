using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Journeys;

/// <summary>One customer's year, lived by the domain and by the simulator side by side.</summary>
internal sealed class SimulatedLife
{
    private static readonly string[] Types = ["a", "b", "c", "ordered", "a"];
    private static readonly string[] Zones = ["Asia/Kolkata", "America/New_York", "Europe/London"];

    private readonly string who;
    private readonly Random random;
    private readonly bool prompt;
    private readonly bool audited;
    private readonly CustomerState state;
    private readonly NaiveJourneys naive;
    private readonly (Playbook Playbook, List<NaiveFlow> Flows) before;
    private readonly (Playbook Playbook, List<NaiveFlow> Flows) after;
    private readonly List<Turn> turns = [];
    private readonly Dictionary<long, long> dwelt = [];
    private long entered;
    private bool published;

    public SimulatedLife(int shop, int number, (Playbook Playbook, List<NaiveFlow> Flows) before, (Playbook Playbook, List<NaiveFlow> Flows) after)
    {
        who = $"shop {shop} customer {number}";
        random = new Random((shop * 1_000) + number);
        prompt = number % 4 > 0;
        audited = number % 20 == 0;
        var key = new CustomerKey(new UInt128((ulong)shop, (ulong)number));
        (state, naive, this.before, this.after) = (new CustomerState(key), new NaiveJourneys(key, before.Flows), before, after);
    }

    public long Steps { get; private set; }

    public long[] Ends { get; } = new long[4];

    private PlaybookSet Playbooks =>
        published ? new PlaybookSet(after.Playbook, version => version == 1 ? before.Playbook : null, null) : PlaybookSet.Of(before.Playbook);

    public void LiveAYear()
    {
        var publishing = random.Next(2) == 0 ? Time.Day(random.Next(20, 300)) : Instant.Max;
        var life = Enumerable.Range(0, random.Next(5, 60)).Select(_ => Event()).OrderBy(each => each.Told).ToList();
        for (var i = 0; i < life.Count; i++)
        {
            Publish(publishing, life[i].Told);
            Tell(life[i].Event, life[i].Told, $"{i}");
        }

        Publish(publishing, Time.Day(366));
        Live(Time.Day(366));
        (naive.NextDue() is { } left && left <= Time.Day(366)).ShouldBeFalse($"{who}: {naive.NextDue()} was forgotten");
        entered.ShouldBe(naive.Inside + Ends.Sum(), who);
        if (audited)
        {
            Audit();
        }
    }

    private (NaiveEvent Event, Instant Told) Event()
    {
        var at = Time.Start + TimeSpan.FromMilliseconds(random.NextInt64(365L * 86_400_000));
        var told = random.Next(8) switch
        {
            0 => at + TimeSpan.FromMinutes(random.Next(60 * 48)),
            1 => at - TimeSpan.FromSeconds(random.Next(300)),
            _ => at,
        };
        return (new NaiveEvent(
            Types[random.Next(Types.Length)],
            at,
            random.Next(2) == 0 ? $"k{random.Next(4)}" : null,
            random.Next(2) == 0 ? random.Next(6) : null,
            random.Next(10) == 0 ? Zones[random.Next(Zones.Length)] : null,
            random.Next(10) == 0 ? (random.Next(4) == 0 ? "2028-02-29" : Time.Day(random.Next(-400, 365)).ToString()[..10]) : null), told);
    }

    private void Publish(Instant publishing, Instant until)
    {
        if (!published && publishing <= until)
        {
            if (prompt)
            {
                Live(publishing);
            }

            published = true;
            naive.Publish(after.Flows);
        }

        if (prompt)
        {
            Live(until);
        }
    }

    /// <summary>Lives on to a time, woken whenever something is due; who isn't woken promptly, at the end of it.</summary>
    private void Live(Instant until)
    {
        for (Instant? from = null; Customer.NextDue(state, Playbooks, from) is { } due && due <= until;)
        {
            from = Wake(prompt ? Instant.Later(due, state.Clock) : until) ? null : due;
        }
    }

    private bool Wake(Instant now)
    {
        if (Customer.Wake(state, Playbooks, now) is not TurnOutcome.Done done)
        {
            return false;
        }

        var due = ((TimeCame)done.Turn.Facts[0]).Due;
        if (naive.NextDue() is { } expected)
        {
            due.ShouldBeLessThanOrEqualTo(expected, $"{who}: something was due before");
        }

        Compare(done.Turn, naive.Wake(due));
        return true;
    }

    private void Tell(NaiveEvent happened, Instant now, string id)
    {
        var request = new TurnRequest
        {
            Customer = Lives.Someone,
            Id = id,
            Type = happened.Type,
            Channel = "web",
            OccurredAt = happened.At,
            Properties = Properties.Of([.. Said(happened)]),
        };
        while (true)
        {
            switch (Customer.Decide(state, request, Playbooks, now))
            {
                case TurnOutcome.DueFirst:
                    Wake(now).ShouldBeTrue();
                    break;
                case TurnOutcome.Done done:
                    if (naive.NextDue() is { } due)
                    {
                        due.ShouldBeGreaterThan(naive.Clock == Instant.Min ? Instant.Min : Instant.Earlier(happened.At, now), $"{who}: something was due first");
                    }

                    Compare(done.Turn, naive.Observe(happened, now));
                    return;
                case var other:
                    throw new InvalidOperationException($"{who}: {other}");
            }
        }
    }

    private static IEnumerable<(string, PropertyValue)> Said(NaiveEvent happened)
    {
        if (happened.Key is { } key)
        {
            yield return ("key", key);
        }

        if (happened.X is { } x)
        {
            yield return ("x", x);
        }

        if (happened.Day is { } day)
        {
            yield return ("day", day);
        }

        if (happened.Zone is { } zone)
        {
            yield return ("zone", zone);
        }
    }

    private void Compare(Turn turn, List<string> expected)
    {
        var next = 0;
        foreach (var fact in turn.Facts)
        {
            if (Words(fact) is { } words)
            {
                (next < expected.Count ? expected[next++] : "nothing").ShouldBe(words, $"{who} turn {turn.Version}");
            }
        }

        next.ShouldBe(expected.Count, $"{who} turn {turn.Version} lacks {(next < expected.Count ? expected[next] : "")}");
        if (audited)
        {
            turns.Add(turn);
        }
    }

    /// <summary>What a fact says, for what journeys do; null for the rest. Time at steps must add up to the time of the run.</summary>
    private string? Words(Fact fact)
    {
        switch (fact)
        {
            case JourneyEntered told:
                entered++;
                return $"E {told.Journey} {told.Run} {told.Playbook} {told.Key} {told.At}";
            case JourneyStepped told:
                Steps++;
                dwelt[told.Run] = dwelt.GetValueOrDefault(told.Run) + told.Dwelt;
                return $"S {told.Journey} {told.Run} {told.From} {told.To} {told.Dwelt} {told.Due} {told.At}";
            case JourneyMoved told:
                dwelt[told.Run] = dwelt.GetValueOrDefault(told.Run) + told.Dwelt;
                return $"M {told.Journey} {told.Run} {told.FromPlaybook} {told.Playbook} {told.From} {told.To} {told.Dwelt} {told.Due} {told.At}";
            case JourneyLeft told:
                Ends[(int)told.End]++;
                (dwelt.GetValueOrDefault(told.Run) + told.Dwelt).ShouldBe(told.Lasted, who);
                return $"L {told.Journey} {told.Run} {told.Step} {told.End} {told.Rule} {told.Dwelt} {told.Lasted} {told.At}";
            case JourneyBarred told:
                return $"B {told.Journey} {told.Rule} {told.At}";
            case TraitSet told:
                return $"T {told.Trait} {told.Value} {told.At}";
            case Decided told:
                return $"D {told.Placement} {told.Action}";
            case MessageLeft told:
                return $"O {told.Receiver} {told.Kind} {told.Step} {told.Index} {told.At}" + (told.Decision is { } decision ? $" {decision}" : "");
            default:
                return null;
        }
    }

    /// <summary>Folding the turns gives the same customer, and every decision recomputes.</summary>
    private void Audit()
    {
        var replayed = new CustomerState(state.Key);
        foreach (var turn in turns)
        {
            var playbook = turn.PlaybookVersion == 1 ? before.Playbook : after.Playbook;
            for (var i = 0; i < turn.Decisions; i++)
            {
                var copy = StateFormat.Read(LivingCustomer.BytesOf(replayed), state.Key);
                Customer.Explain(copy, turn, i, playbook).Id.Index.ShouldBe(i, who);
            }

            Customer.Evolve(replayed, turn);
            Customer.Reply(replayed, turn, playbook).Decisions.ShouldBeEmpty(who);
        }

        LivingCustomer.BytesOf(replayed).ShouldBe(LivingCustomer.BytesOf(state), who);
    }
}
