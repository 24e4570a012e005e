using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>One action that stood for a placement. Factors are those of Priority = P·C·V·L, computed also where a gate failed.</summary>
/// <param name="Rule">The rule that said no first: a condition as the playbook has it, or the name of a rule of consent or contact; null where
/// none did, and where the verdict says it all.</param>
/// <param name="Needed">What would have had to be different; null for what was chosen.</param>
/// <param name="Steps">Every rule of every gate, whether one before it failed or not, in order.</param>
public sealed record Candidate(
    string Action,
    Purpose Purpose,
    Verdict Verdict,
    string? Rule,
    string? Needed,
    string? Treatment,
    double Likelihood,
    double Context,
    double Value,
    double Lever,
    double Priority,
    ImmutableArray<GateStep> Steps);
