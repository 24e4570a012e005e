using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>How one of the four scores ages and saturates: accumulators halve every <paramref name="HalfLife"/>,
/// and an accumulator of <paramref name="Kappa"/> gives a score of 50.</summary>
public sealed record ScoreRule(TimeSpan HalfLife, double Kappa);

/// <summary>What each score adds to Engagement: parts of 1.</summary>
public sealed record BlendRule(double Involvement, double Interaction, double Intimacy, double Influence);

/// <summary>How many points Intimacy must fall or rise, and within how long, to be a shift: a recovery case or a delight.</summary>
public sealed record ShiftRule(double Points, TimeSpan Within);

/// <summary>The four I's of this playbook.</summary>
public sealed record EngagementRules(
    ScoreRule Involvement,
    ScoreRule Interaction,
    ScoreRule Intimacy,
    ScoreRule Influence,
    BlendRule Blend,
    ShiftRule Shift)
{
    /// <summary>What a customer carries of them.</summary>
    internal Measures Measures { get; } = new(
        Milliseconds(Involvement.HalfLife),
        Milliseconds(Interaction.HalfLife),
        Milliseconds(Intimacy.HalfLife),
        Milliseconds(Influence.HalfLife),
        Intimacy.Kappa,
        Milliseconds(Shift.Within));

    private static long Milliseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;
}
