namespace SegmentOfOne.Domain.Decisions;

/// <summary>One action that stood for a placement. Factors are those of Priority = P·C·V·L, and 0 where a gate failed before them.</summary>
/// <param name="Rule">The condition that said no, as the playbook has it; null when none did.</param>
public readonly record struct Candidate(
    string Action,
    Verdict Verdict,
    string? Rule,
    string? Treatment,
    double Likelihood,
    double Context,
    double Value,
    double Lever,
    double Priority);
