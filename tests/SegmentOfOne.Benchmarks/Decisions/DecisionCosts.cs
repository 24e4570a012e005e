using System.Diagnostics;
using System.Globalization;
using System.Text;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Benchmarks.Decisions;

/// <summary>What decisions cost in process: over how many candidates, and after how much of a past.</summary>
public sealed record DecisionCosts(IReadOnlyList<Cost> Costs)
{
    /// <summary>At most so long for a question over 20 actions, and over 1,000.</summary>
    private const double FewMicroseconds = 3;
    private const double ManyMicroseconds = 100;

    /// <summary>At most so much for a decision.</summary>
    private const double Bytes = 512;

    /// <summary>Of each measurement; others at work on the machine can only make one slower.</summary>
    private const int Rounds = 5;

    /// <summary>Longer than it takes the runtime to compile for good what is called often.</summary>
    private static readonly TimeSpan _warming = TimeSpan.FromSeconds(2);

    private Cost Few => Costs.First(cost => cost.Candidates == 20);

    private Cost Many => Costs.Single(cost => cost.Candidates == 1_000);

    /// <summary>Measures every situation for so long.</summary>
    public static DecisionCosts Measure(TimeSpan duration)
    {
        List<Cost> costs = [];
        foreach (int candidates in (int[])[20, 100, 300, 1_000])
            Add(Shop.Inbound, candidates, new Past(20, 0));
        Add(Shop.Inbound, 20, new Past(1_000, 0));
        Add(Shop.Inbound, 20, new Past(10_000, 0));
        Add(Shop.Outbound, 20, new Past(1_000, 0));
        Add(Shop.Outbound, 20, new Past(1_000, 50));
        Add(Shop.Outbound, 20, new Past(1_000, 250));
        return new DecisionCosts(costs);

        void Add(string placement, int candidates, Past past)
        {
            costs.Add(Of(placement, candidates, past, duration));
            Console.WriteLine(Row(costs[^1]).TrimEnd());
        }
    }

    /// <summary>Writes decisions.md and decisions.json and returns what the first says.</summary>
    public string Write(string folder)
    {
        var place = Place.Here();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # decisions: {Few.QuestionMicroseconds:0.00} µs (at most {FewMicroseconds}: {Met(Few.QuestionMicroseconds <= FewMicroseconds)}) and {Few.DecisionBytes:0} bytes (at most {Bytes}: {Met(Costs.All(cost => cost.DecisionBytes <= Bytes))}) over 20 actions; {Many.QuestionMicroseconds:0} µs (at most {ManyMicroseconds}: {Met(Many.QuestionMicroseconds <= ManyMicroseconds)}) over 1,000

            In process, one thread, medians of the least disturbed of {Rounds} rounds. A question is a whole turn that asks for one decision: the request checked, the relationship moved on, the decision taken and reserved, the turn and its reply made; the customer is decoded before and encoded after, which isn't counted. A decision is what a question for two costs more. Each action has three conditions, a propensity and a value that are computed, two weights of context, a lever, two treatments and a variable; eight caps, quiet hours, sale share and trust hold for all of them. The customer lived 60 days, whatever happened in them; touches are e-mails that its ledger holds, of which it has at most {Limits.Touches}.

            From 20 to 1,000 candidates {(Many.QuestionMicroseconds - Few.QuestionMicroseconds) / (Many.Candidates - Few.Candidates) * 1000:0} ns for each. {place.At:yyyy-MM-dd HH:mm} UTC, commit {place.Commit}, {place.Processor}, {place.Cores} cores (load {place.LoadAverage:0.0}), {place.MemoryGigabytes} GB, {place.Runtime}, {place.System}.

            | placement | candidates | interactions | touches | bytes of state | µs a question | p99 | bytes a question | µs a decision | bytes a decision |
            |---|---|---|---|---|---|---|---|---|---|

            """);
        foreach (var cost in Costs)
            text.Append(Row(cost));
        return Results.Write(folder, "decisions", place, text.ToString(), Costs);
    }

    private static string Met(bool met) => met ? "met" : "not met";

    private static string Row(Cost cost) => string.Create(CultureInfo.InvariantCulture,
        $"| {cost.Placement} | {cost.Candidates:N0} | {cost.Past.Interactions:N0} | {cost.Past.Touches} | {cost.StateBytes:N0} | {cost.QuestionMicroseconds:0.00} | {cost.SlowQuestionMicroseconds:0.00} | {cost.QuestionBytes:0} | {cost.DecisionMicroseconds:0.00} | {cost.DecisionBytes:0} |\n");

    private static Cost Of(string placement, int candidates, Past past, TimeSpan duration)
    {
        var playbook = Shop.Of(candidates);
        var bytes = past.Live(playbook);
        Ask([placement], _warming);
        Ask([placement, placement], _warming);
        var (median, slow, allocated) = LeastDisturbed([placement]);
        var (medianOfTwo, _, allocatedOfTwo) = LeastDisturbed([placement, placement]);
        return new Cost(placement, candidates, past, bytes.Length, median, slow, allocated, medianOfTwo - median, allocatedOfTwo - allocated);

        (double Median, double Slow, double Bytes) LeastDisturbed(string[] placements) =>
            Enumerable.Range(0, Rounds).Select(_ => Ask(placements, duration / Rounds)).MinBy(round => round.Median);

        (double Median, double Slow, double Bytes) Ask(string[] placements, TimeSpan time)
        {
            TurnRequest question = new()
            {
                Customer = Past.Someone,
                Channel = "web",
                Properties = Properties.Of(("first_name", "Ada"), ("page", "start")),
                Placements = [.. placements],
            };
            var state = new CustomerState(Past.Key);
            List<long> times = new(1 << 20);
            long allocated = 0;
            for (var end = Stopwatch.GetTimestamp() + time.TotalSeconds * Stopwatch.Frequency; Stopwatch.GetTimestamp() < end;)
            {
                StateFormat.Read(bytes, Past.Key, state);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var began = Stopwatch.GetTimestamp();
                var outcome = Customer.Decide(state, question, PlaybookSet.Of(playbook), Past.Now, HistoryVerdict.NotSeen);
                var took = Stopwatch.GetTimestamp() - began;
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                times.Add(took);
                if (outcome is not TurnOutcome.Done { Reply.Decisions: [{ Action: not null }, ..] })
                    throw new InvalidOperationException($"nothing was chosen at {placement}");
            }
            times.Sort();
            return (Micro(times[times.Count / 2]), Micro(times[(int)(times.Count * 0.99)]), (double)allocated / times.Count);
        }
    }

    private static double Micro(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
