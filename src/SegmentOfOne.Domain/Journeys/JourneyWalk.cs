using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Journeys;

/// <summary>One customer's way through its journeys in one turn. Nothing here throws for what a playbook says: what a step names and the playbook
/// in force no longer has is passed by.</summary>
/// <param name="scope">Valued at the customer's own clock, by which everything here is dated.</param>
internal ref struct JourneyWalk(Draft draft, PlaybookSet playbooks, Scope scope, Instant now)
{
    /// <summary>The most facts that one step gives, besides the offsets that a decision adopts.</summary>
    private const int FactsOfStep = 4;

    private readonly Draft draft = draft;
    private readonly Scope scope = scope;
    private readonly int before = draft.State.Drafted.Count;
    private int decisions;
    private int messages;

    private readonly Instant At => scope.At;

    private readonly JourneysState Journeys => draft.State.Journeys;

    private readonly Playbook InForce => playbooks.InForce;

    /// <summary>The flow in force and the step at which it takes a run over; null: the run stays in its own.</summary>
    public static (JourneyFlow Flow, JourneyStep Step)? TakenOver(in JourneyRun run, Playbook inForce) =>
        run.Playbook < inForce.Version && inForce.TryJourney(run.Journey, out var flow)
        && flow.Moves is { } moves && (moves.From.IsEmpty || moves.From.Contains(run.Playbook))
        && flow.Step(moves.Steps.GetValueOrDefault(run.Step, run.Step)) is { } step
            ? (flow, step)
            : null;

    public readonly void TakeOver()
    {
        for (var i = 0; i < Journeys.Runs.Length; i++)
        {
            var run = Journeys.Runs[i];
            if (TakenOver(run, InForce) is not var (_, step))
            {
                continue;
            }

            // Who is moved while waiting doesn't begin to wait anew.
            var due = DueOf(step);
            due = step.Name == run.Step && step.TakesTime && run.Due is { } old ? Instant.Earlier(old, due) : due;
            draft.Emit(new JourneyMoved(run.Journey, run.Number, run.Playbook, InForce.Version, run.Step, step.Name, Dwelt(run), due, At));
        }
    }

    public readonly void GoOn()
    {
        var woken = draft.State.Drafted is [TimeCame, ..];
        for (var i = 0; i < Journeys.Runs.Length;)
        {
            i += GoOn(Journeys.Runs[i], woken) ? 1 : 0;
        }
    }

    /// <param name="fired">The journeys in force whose triggers fired.</param>
    public readonly void Enter(ulong fired)
    {
        for (; fired != 0; fired &= fired - 1)
        {
            var flow = InForce.Triggers.First(fired);
            if (flow.Trigger.When?.Holds(scope) == false)
            {
                continue;
            }

            var key = KeyOf(flow);
            if (BarOf(flow, key) is { } bar)
            {
                draft.Emit(new JourneyBarred(flow.Id, bar, At));
                continue;
            }

            var number = Journeys.Entered + 1;
            draft.Emit(new JourneyEntered(flow.Id, number, InForce.Version, key, At));
            draft.Emit(new JourneyStepped(flow.Id, number, "", flow.Start, 0, DueOf(flow.Step(flow.Start)!), At));
        }
    }

    public void Walk()
    {
        for (var i = 0; i < Journeys.Runs.Length;)
        {
            i += Walk(i) ? 1 : 0;
        }
    }

    /// <summary>False when the run ended; so do the following.</summary>
    private readonly bool GoOn(in JourneyRun run, bool woken)
    {
        if (FlowOf(run) is not { } flow || flow.Step(run.Step) is not { } step)
        {
            return End(run, JourneyEnd.Broken, JourneyBars.Gone);
        }

        if (flow.Goal?.Holds(scope) == true)
        {
            return End(run, JourneyEnd.Converted, JourneyBars.Goal);
        }

        foreach (var exit in flow.Exits)
        {
            if (exit.When.Holds(scope))
            {
                return End(run, JourneyEnd.Exited, exit.Name);
            }
        }

        if (step is JourneyStep.WaitFor wait && IsMet(wait))
        {
            Step(run, flow, wait.Next);
        }
        else if (woken && run.Due <= At && AfterTime(step) is { } next)
        {
            Step(run, flow, next);
        }

        return true;
    }

    private bool Walk(int place)
    {
        for (var steps = 0; ; steps++)
        {
            var run = Journeys.Runs[place];
            if (FlowOf(run) is not { } flow || flow.Step(run.Step) is not { } step)
            {
                return End(run, JourneyEnd.Broken, JourneyBars.Gone);
            }

            if (step.TakesTime || !HasRoomFor(step))
            {
                return true;
            }

            if (step is JourneyStep.Exit exit)
            {
                return End(run, exit.End, JourneyBars.Exit);
            }

            if (steps == Limits.JourneySteps)
            {
                return End(run, JourneyEnd.Broken, JourneyBars.Endless);
            }

            Step(run, flow, Take(run, step));
        }
    }

    /// <summary>Does what a step says that takes no time; where the run goes on.</summary>
    private string Take(in JourneyRun run, JourneyStep step)
    {
        switch (step)
        {
            case JourneyStep.Branch branch:
                foreach (var (when, next) in branch.Cases)
                {
                    if (when.Holds(scope))
                    {
                        return next;
                    }
                }

                return branch.Otherwise;
            case JourneyStep.Split split:
                return WayOf(run, split);
            case JourneyStep.Set set:
                if (InForce.TryTrait(set.Trait, out var trait) && trait.Kind == TraitKind.Set
                    && (set.Expression is { } value ? value.Value(scope) : set.Value) is { } said)
                {
                    TraitTurn.Set(draft, InForce, trait, said, At);
                }

                return set.Next;
            case JourneyStep.OpenCase open:
                if (InForce.Receivers.Contains(open.Receiver))
                {
                    Leave(run, step, open.Receiver, MessageKind.Case, null, open.Fields);
                }

                return open.Next;
            case JourneyStep.Decide decide:
                return Decide(run, decide);
            default:
                throw new UnreachableException($"step {step.GetType().Name}");
        }
    }

    private string Decide(in JourneyRun run, JourneyStep.Decide step)
    {
        if (!InForce.TryPlacement(step.Placement, out var placement) || !placement.Serves(step.Channel)
            || (step.Action is { } action && !placement.Has(action))
            || (step.Receiver is { } named && !InForce.Receivers.Contains(named)))
        {
            return step.Otherwise;
        }

        var ask = new JourneyAsk(step.Channel, step.Action);
        var asked = DecisionTurn.ScopeOf(ask, draft.State, scope.Scores, At);
        var index = draft.Decisions;
        decisions++;
        DecisionTurn.Choose(draft, InForce, step.Placement, index, asked, now, ask);
        if (draft.State.Drafted[^1] is not Decided { Action: { } chosen } decided)
        {
            return step.Otherwise;
        }

        if (step.Receiver is { } receiver && InForce.TryAction(chosen, out var rule))
        {
            Leave(run, step, receiver, MessageKind.Touch, index, rule.Treatment(decided.Treatment)?.Fill(Occasion.SeenBy(InForce, asked)) ?? Properties.Empty);
        }

        return step.Next;
    }

    private void Leave(in JourneyRun run, JourneyStep step, string receiver, MessageKind kind, int? decision, Properties fields) =>
        draft.Emit(new MessageLeft(messages++, receiver, kind, run.Journey, run.Number, step.Name, decision, fields, At));

    private readonly void Step(in JourneyRun run, JourneyFlow flow, string to) =>
        draft.Emit(new JourneyStepped(run.Journey, run.Number, run.Step, to, Dwelt(run), DueOf(flow.Step(to)!), At));

    /// <summary>Always false.</summary>
    private readonly bool End(in JourneyRun run, JourneyEnd end, string rule)
    {
        var lasted = At.UnixMilliseconds - run.EnteredAt.UnixMilliseconds;
        draft.Emit(new JourneyLeft(run.Journey, run.Number, run.Step, end, rule, Dwelt(run), lasted, At));
        return false;
    }

    private readonly long Dwelt(in JourneyRun run) => At.UnixMilliseconds - run.SteppedAt.UnixMilliseconds;

    /// <summary>What a run can't do in this turn waits for the next, which is due at once.</summary>
    private readonly bool HasRoomFor(JourneyStep step) =>
        draft.State.Drafted.Count - before <= Limits.JourneyFacts - FactsOfStep
        && (step is not JourneyStep.Decide || decisions < Limits.JourneyDecisions)
        && (step is not (JourneyStep.OpenCase or JourneyStep.Decide { Receiver: not null }) || messages < Limits.Messages);

    private readonly Instant DueOf(JourneyStep step) => JourneyClock.DueOf(step, draft.State, InForce.Contact, At);

    private readonly JourneyFlow? FlowOf(in JourneyRun run) =>
        playbooks.TryGet(run.Playbook, out var playbook) && playbook.TryJourney(run.Journey, out var flow) ? flow : null;

    private readonly bool IsMet(JourneyStep.WaitFor wait) =>
        scope.Request?.Type is { } type && wait.Types.Contains(type) && wait.When?.Holds(scope) != false;

    private static string? AfterTime(JourneyStep step) => step switch
    {
        JourneyStep.Wait wait => wait.Next,
        JourneyStep.WaitUntil until => until.Next,
        JourneyStep.WaitFor wait => wait.Otherwise,
        _ => null,
    };

    private readonly string KeyOf(JourneyFlow flow)
    {
        if (flow.Key is null || scope.Request is not { } request || !request.Properties.TryGet(flow.Key, out var value))
        {
            return "";
        }

        var key = value.ToString();
        return key.Length <= Limits.JourneyKeyLength
            ? key
            : "#" + StableHash.Of(draft.State.Key, value).ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>The rule that keeps the customer out; null: none does.</summary>
    private readonly string? BarOf(JourneyFlow flow, string key)
    {
        var under = 0;
        foreach (ref readonly var run in Journeys.Runs)
        {
            if (run.Journey == flow.Id)
            {
                under++;
                if (run.Key == key)
                {
                    return JourneyBars.Running;
                }
            }
        }

        return under >= flow.Concurrency ? JourneyBars.Concurrency
            : Journeys.PastOf(flow.Id) is { } past && (flow.Reentry.Never || past.LastEntered + flow.Reentry.After > At) ? JourneyBars.Reentry
            : Journeys.Runs.Length >= Limits.JourneyRuns ? JourneyBars.Bounds
            : null;
    }

    /// <summary>Which way a run goes: the same whenever it is asked.</summary>
    private readonly string WayOf(in JourneyRun run, JourneyStep.Split split)
    {
        var percent = PercentOf(draft.State.Key, run.Journey, split.Name, run.Number);
        foreach (var (part, next) in split.Ways)
        {
            percent -= part;
            if (percent < 0)
            {
                return next;
            }
        }

        return split.Ways[^1].Next;
    }

    /// <summary>From 0 to below 100: the first 53 bits of the hash of journey, step and the run's number, a 0 between them, under the customer's key.</summary>
    private static double PercentOf(CustomerKey key, string journey, string step, long number)
    {
        Span<char> text = stackalloc char[(2 * PlaybookLimits.NameLength) + 2 + 20];
        journey.CopyTo(text);
        var length = journey.Length;
        text[length++] = '\0';
        step.CopyTo(text[length..]);
        length += step.Length;
        text[length++] = '\0';
        number.TryFormat(text[length..], out var digits, provider: CultureInfo.InvariantCulture);
        return (StableHash.Of(key.Value, text[..(length + digits)]) >> 11) * (100.0 / (1UL << 53));
    }
}
