using System.Collections.Immutable;
using System.Globalization;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>Asks every candidate of a placement every rule of every gate, for its receipt. What passes here passes in
/// <see cref="Arbitration"/>, which asks no more than it must.</summary>
internal static class Gates
{
    /// <summary>The candidates in their order; at most one is chosen.</summary>
    public static ImmutableArray<Candidate> Explain(in Occasion occasion)
    {
        Span<double> relevances = stackalloc double[occasion.Fences];
        occasion.FillRelevances(relevances);
        var candidates = new List<Candidate>();
        foreach (var action in occasion.Placement.Candidates)
        {
            if (occasion.Allows(action))
            {
                candidates.Add(Judge(action, Weighed.Of(action, occasion.Scope, relevances), occasion));
            }
        }

        var winner = -1;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates[i].Verdict == Verdict.Outranked && (winner < 0 || candidates[i].Priority > candidates[winner].Priority))
            {
                winner = i;
            }
        }

        for (var i = 0; i < candidates.Count; i++)
        {
            candidates[i] = Rank(candidates[i], i == winner, winner < 0 ? null : candidates[winner], occasion);
        }

        return [.. candidates];
    }

    /// <summary>Who passes every gate but arbitration counts as outranked until it is known who won.</summary>
    private static Candidate Judge(ActionRule action, in Weighed weighed, in Occasion occasion)
    {
        var steps = new List<GateStep>();
        AddEligibility(steps, action, occasion);
        AddCondition(steps, Gate.Applicability, action.Applicable, occasion.Scope);
        AddCondition(steps, Gate.Suitability, action.Suitable, occasion.Scope);
        ContactVerdicts.AddPolicy(steps, action, occasion);
        var treatment = action.TreatmentFor(occasion.Scope);
        AddTreatment(steps, action, treatment, occasion.Scope);

        // A value of nothing is told before the lack of a treatment, as the gates stand.
        var failed = steps.Find(step => step.Ruling == Ruling.Failed);
        var verdict = failed?.Gate switch
        {
            Gate.Eligibility => Verdict.Ineligible,
            Gate.Applicability => Verdict.Inapplicable,
            Gate.Suitability => Verdict.Unsuitable,
            Gate.ContactPolicy => Verdict.HeldBack,
            _ when !weighed.IsWorthSomething => Verdict.Worthless,
            Gate.Treatment => Verdict.Untreated,
            _ => Verdict.Outranked,
        };
        return new Candidate(
            action.Id, action.Purpose, verdict, failed?.Gate < Gate.Arbitration ? failed.Rule : null, null, treatment?.Id,
            weighed.Likelihood, weighed.Context, weighed.Value, weighed.Lever, weighed.Priority, [.. steps]);
    }

    private static void AddEligibility(List<GateStep> steps, ActionRule action, in Occasion occasion)
    {
        ContactVerdicts.AddPersonalisation(steps, action, occasion);
        if (action.From != Instant.Min || action.Until != Instant.Max)
        {
            var early = occasion.Now < action.From;
            Add(steps, Gate.Eligibility, GateRules.Validity, action.IsValidAt(occasion.Now),
                early ? $"it may be chosen from {action.From} on" : $"it could be chosen until {action.Until}",
                new FactRead("now", occasion.Now.ToString()));
        }

        if (!action.Channels.IsEmpty)
        {
            Add(steps, Gate.Eligibility, GateRules.Channel, action.GoesOn(occasion.Channel),
                $"it goes on {string.Join(", ", action.Channels)} only",
                new FactRead("channel", occasion.Channel));
        }

        ContactVerdicts.AddConsent(steps, action, occasion);
        AddCondition(steps, Gate.Eligibility, action.Eligible, occasion.Scope);
    }

    private static void AddCondition(List<GateStep> steps, Gate gate, Expression? condition, in Scope scope)
    {
        if (condition is not null)
        {
            var holds = condition.Holds(scope);
            steps.Add(new GateStep(
                gate, condition.Text, holds ? Ruling.Passed : Ruling.Failed, condition.Read(scope), holds ? "" : condition.Shortfall(scope)));
        }
    }

    private static void AddTreatment(List<GateStep> steps, ActionRule action, TreatmentRule? treatment, in Scope scope)
    {
        if (action.Treatments.IsEmpty)
        {
            return;
        }

        var needed = "";
        if (treatment is null)
        {
            var shortfalls = new List<string>();
            foreach (var each in action.Treatments)
            {
                shortfalls.Add($"for {each.Id}: {each.When!.Shortfall(scope)}");
            }

            needed = string.Join("; or ", shortfalls);
        }

        Add(steps, Gate.Treatment, GateRules.Treatment, treatment is not null, needed, new FactRead("treatment", treatment?.Id ?? "none"));
    }

    /// <summary>Adds the step of arbitration, now that it is known who won; of who failed before, whether it would have.</summary>
    private static Candidate Rank(Candidate candidate, bool won, Candidate? winner, in Occasion occasion)
    {
        var worthless = !(candidate.Priority >= 0 && double.IsFinite(candidate.Priority));
        var behind = !worthless && !won && winner is not null && !ComesBefore(candidate, winner);
        var step = new GateStep(
            Gate.Arbitration,
            GateRules.Priority,
            worthless || behind ? Ruling.Failed : Ruling.Passed,
            Factors(candidate, occasion),
            worthless ? "its priority would have to be a number of at least 0"
            : behind ? Gap(candidate, winner!)
            : won ? "the highest of those that passed" : "its priority would have been the highest");
        var place = candidate.Steps.Length - (candidate.Steps is [.., { Gate: Gate.Treatment }] ? 1 : 0);
        var steps = candidate.Steps.Insert(place, step);
        return candidate with
        {
            Verdict = won ? Verdict.Chosen : candidate.Verdict,
            Needed = won ? null : string.Join("; and ", steps.Where(each => each.Ruling == Ruling.Failed).Select(each => each.Remark)),
            Steps = steps,
        };
    }

    private static bool ComesBefore(Candidate a, Candidate b) =>
        a.Priority > b.Priority || (a.Priority == b.Priority && string.CompareOrdinal(a.Action, b.Action) < 0);

    /// <summary>By how much a priority is too low; of what is equal, that the other id comes first.</summary>
    private static string Gap(Candidate candidate, Candidate winner)
    {
        if (candidate.Priority == winner.Priority)
        {
            return $"{winner.Action} has the same priority, and of equals the first id wins: more than {Text(winner.Priority)} is needed";
        }

        var times = candidate.Priority > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {winner.Priority / candidate.Priority:0.##} times as much")
            : "";
        return $"{winner.Action} has {Text(winner.Priority)}: {Text(winner.Priority - candidate.Priority)} more is needed{times}";
    }

    private static ImmutableArray<FactRead> Factors(Candidate candidate, in Occasion occasion)
    {
        var facts = ImmutableArray.CreateBuilder<FactRead>();
        facts.Add(new FactRead("priority", Text(candidate.Priority)));
        facts.Add(new FactRead("P likelihood", Text(candidate.Likelihood)));
        facts.Add(new FactRead("C context", Text(candidate.Context)));
        facts.Add(new FactRead("V value", Text(candidate.Value)));
        facts.Add(new FactRead("L levers", Text(candidate.Lever)));
        occasion.Playbook.TryAction(candidate.Action, out var action);
        foreach (var weight in action!.Context)
        {
            if (weight.When.Holds(occasion.Scope))
            {
                facts.Add(new FactRead($"C {weight.When.Text}", Percent(weight.Percent)));
            }
        }

        if (action.Location is not null && occasion.Fences > 0)
        {
            facts.Add(new FactRead("C nearness", Percent(NearnessPercent(action, occasion))));
        }

        foreach (var lever in action.Levers)
        {
            if (lever.When is null || lever.When.Holds(occasion.Scope))
            {
                facts.Add(new FactRead($"L {lever.Name}", Percent(lever.Percent)));
            }
        }

        return facts.DrainToImmutable();
    }

    private static double NearnessPercent(ActionRule action, in Occasion occasion)
    {
        Span<double> relevances = stackalloc double[occasion.Fences];
        occasion.FillRelevances(relevances);
        return (Location.Nearness.Factor(action.Location, relevances) - 1) * 100;
    }

    private static void Add(List<GateStep> steps, Gate gate, string rule, bool passes, string needed, FactRead fact) =>
        steps.Add(new GateStep(gate, rule, passes ? Ruling.Passed : Ruling.Failed, [fact], passes ? "" : needed));

    private static string Percent(double percent) => percent.ToString("+0.####;-0.####;0", CultureInfo.InvariantCulture) + " %";

    private static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
