using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Journey;

/// <summary>How a turn moves the relationship: lapse before what is new is observed, then stages and overlays on what is known after.</summary>
internal static class JourneyTurn
{
    /// <summary>Silence up to a time that was longer than the customer's allowance is a lapse, dated when it became due.</summary>
    public static void Lapse(in Draft draft, LapseRule rule, Instant at)
    {
        if (draft.State.LapseDue(rule) is { } due && due < at)
        {
            Move(draft, Stage.Lapsed, rule.Name, Evidence.None, due);
        }
    }

    /// <summary>The highest stage whose guard holds, then the ways back. From Lapsed only a customer who <paramref name="cameBack"/>
    /// (an interaction later than all before) goes on.</summary>
    public static void Move(in Draft draft, JourneyRules rules, in Scope scope, Evidence evidence, bool cameBack)
    {
        var stage = draft.State.Stage;
        if (stage == Stage.Lapsed && !cameBack)
        {
            return;
        }

        foreach (var rule in rules.Forward)
        {
            if (stage != Stage.Lapsed && rule.To <= stage)
            {
                break;
            }

            if (rule.When.Holds(scope) && WayBack(rules, rule.To, scope) is null)
            {
                Move(draft, rule.To, rule.Name, evidence, scope.At);
                break;
            }
        }

        for (var steps = 0; steps < JourneyState.Stages && WayBack(rules, draft.State.Stage, scope) is { } back; steps++)
        {
            Move(draft, back.To, back.Name, evidence, scope.At);
        }
    }

    /// <summary>Overlays go off before they go on again; a confirmed recovery closes the case.</summary>
    public static void Lay(in Draft draft, JourneyRules rules, in Scope scope, Evidence evidence)
    {
        var state = draft.State;
        var atRisk = rules.AtRisk;
        if (state.AtRisk ? atRisk.Off.Holds(scope) : atRisk.On.Holds(scope) && !atRisk.Off.Holds(scope))
        {
            draft.Emit(new OverlayChanged(Overlay.AtRisk, !state.AtRisk, atRisk.Name, scope.At));
        }

        var recovery = rules.InRecovery;
        var recovered = (evidence & Evidence.Recovered) != 0;
        if (state.InRecovery
            ? recovered || recovery.Off.Holds(scope)
            : !recovered && recovery.On.Holds(scope) && !recovery.Off.Holds(scope))
        {
            draft.Emit(new OverlayChanged(Overlay.InRecovery, !state.InRecovery, recovery.Name, scope.At));
        }
    }

    private static BackRule? WayBack(JourneyRules rules, Stage from, in Scope scope)
    {
        foreach (var rule in rules.Back)
        {
            if (rule.From == from && rule.When.Holds(scope))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>No transition is dated before the one before it.</summary>
    private static void Move(in Draft draft, Stage to, string rule, Evidence evidence, Instant at) =>
        draft.Emit(new StageChanged(draft.State.Stage, to, rule, evidence, Instant.Later(at, draft.State.Journey.Since)));
}
