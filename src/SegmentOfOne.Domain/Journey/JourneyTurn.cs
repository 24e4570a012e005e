using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Journey;

/// <summary>How a turn moves the relationship: lapse before what is new is observed, then stages and overlays on what is known after.</summary>
internal static class JourneyTurn
{
    /// <summary>Silence up to a time that was longer than the customer's allowance is a lapse, dated when it became due.</summary>
    public static void Lapse(in Draft draft, LapseRule rule, Instant at)
    {
        // The floor alone rules out most turns, and it is cheaper than the median gap.
        if (draft.State.Silence(at) > rule.Floor && draft.State.LapseDue(rule) is { } due && due < at)
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

    /// <summary>Lays what begins to hold beside the stage and takes off what has ended. A confirmed recovery closes its case,
    /// whatever the playbook's rule says.</summary>
    public static void Lay(in Draft draft, JourneyRules rules, in Scope scope, Evidence evidence)
    {
        Lay(draft, Overlay.AtRisk, draft.State.AtRisk, rules.AtRisk, scope, ended: false);
        Lay(draft, Overlay.InRecovery, draft.State.InRecovery, rules.InRecovery, scope, (evidence & Evidence.Recovered) != 0);
    }

    private static void Lay(in Draft draft, Overlay overlay, bool isOn, OverlayRule rule, in Scope scope, bool ended)
    {
        var off = ended || rule.Off.Holds(scope);
        if (isOn ? off : !off && rule.On.Holds(scope))
        {
            draft.Emit(new OverlayChanged(overlay, !isOn, rule.Name, scope.At));
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
