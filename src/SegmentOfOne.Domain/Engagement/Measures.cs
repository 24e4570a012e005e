namespace SegmentOfOne.Domain.Engagement;

/// <summary>What folding needs and a customer therefore carries: half-lives and the shift window in milliseconds, the κ of Intimacy.</summary>
public readonly record struct Measures(
    long InvolvementHalfLife,
    long InteractionHalfLife,
    long IntimacyHalfLife,
    long InfluenceHalfLife,
    double IntimacyKappa,
    long ShiftWithin);
