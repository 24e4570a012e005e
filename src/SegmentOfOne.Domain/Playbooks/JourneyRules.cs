using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>A customer for whom <paramref name="When"/> holds has reached <paramref name="To"/>. Its name is what transitions record.</summary>
public sealed record ForwardRule(string Name, Stage To, Expression When);

/// <summary>A customer at <paramref name="From"/> for whom <paramref name="When"/> holds falls back to <paramref name="To"/>.
/// While it holds, the guard of <paramref name="From"/> counts as not satisfied; otherwise the two would swing at every turn.</summary>
public sealed record BackRule(string Name, Stage From, Stage To, Expression When);

/// <summary>A customer at <paramref name="From"/> or later who is silent longer than
/// max(<paramref name="Floor"/>, <paramref name="Factor"/> × own median gap) has lapsed.</summary>
public sealed record LapseRule(string Name, Stage From, TimeSpan Floor, double Factor);

/// <summary>A state beside the stage: goes on when <paramref name="On"/> holds and <paramref name="Off"/> doesn't,
/// goes off when <paramref name="Off"/> holds.</summary>
public sealed record OverlayRule(string Name, Expression On, Expression Off);

/// <summary>The relationship's stages: forward guards from the highest stage to the lowest, so the first that holds wins.</summary>
public sealed record JourneyRules(
    ImmutableArray<ForwardRule> Forward,
    ImmutableArray<BackRule> Back,
    LapseRule Lapse,
    OverlayRule AtRisk,
    OverlayRule InRecovery);
