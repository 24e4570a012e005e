using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Engagement;

/// <summary>The four I's and what is made of them, at one time. Involvement, Interaction and Influence in [0, 100);
/// Intimacy and Advocacy in (−100, 100); Engagement in [0, 100].</summary>
public readonly record struct Scores(
    double Involvement, double Interaction, double Intimacy, double Influence, double Engagement, double Advocacy);

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
