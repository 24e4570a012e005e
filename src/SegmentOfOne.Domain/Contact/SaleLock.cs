using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Contact;

/// <summary>When nothing is sold on any channel, and what lifts that.</summary>
internal static class SaleLock
{
    /// <summary>The rule that locks sales at a time; null when none does. A recovery locks while it is open; a complaint for the playbook's
    /// time, unless it was settled since.</summary>
    public static string? Of(CustomerState state, ContactRules rules, Instant now) =>
        state.InRecovery ? GateRules.RecoveryLock
        : OpenComplaint(state, rules, now) is not null ? GateRules.ComplaintLock
        : null;

    /// <summary>When the customer last complained, while that is open.</summary>
    public static Instant? OpenComplaint(CustomerState state, ContactRules rules, Instant now) =>
        state.EvidenceLast(Evidence.Complaint) is { } complained
        && complained + rules.ComplaintHolds > now
        && !(state.EvidenceLast(Evidence.Recovered) >= complained)
            ? complained
            : null;

    /// <summary>When the customer last said that it wants to buy, while that holds; null when it doesn't.</summary>
    public static Instant? Intent(CustomerState state, IntentRule rule, Instant now)
    {
        Instant? latest = null;
        foreach (var type in rule.Types)
        {
            latest = Later(latest, state.Last(type));
        }

        foreach (var evidence in rule.Evidence)
        {
            latest = Later(latest, state.EvidenceLast(evidence));
        }

        return latest is { } at && at + rule.Holds > now ? at : null;
    }

    private static Instant? Later(Instant? a, Instant? b) => a is { } x && b is { } y ? Instant.Later(x, y) : a ?? b;
}
