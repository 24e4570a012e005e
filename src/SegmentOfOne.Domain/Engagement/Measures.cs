using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Engagement;

/// <summary>What folding needs and a customer therefore carries: half-lives and the shift window in milliseconds, the κ of Intimacy.</summary>
public readonly record struct Measures(
    long InvolvementHalfLife,
    long InteractionHalfLife,
    long IntimacyHalfLife,
    long InfluenceHalfLife,
    double IntimacyKappa,
    long ShiftWithin)
{
    internal static Measures Of(EngagementRules rules) => new(
        Milliseconds(rules.Involvement.HalfLife),
        Milliseconds(rules.Interaction.HalfLife),
        Milliseconds(rules.Intimacy.HalfLife),
        Milliseconds(rules.Influence.HalfLife),
        rules.Intimacy.Kappa,
        Milliseconds(rules.Shift.Within));

    private static long Milliseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;
}
