namespace SegmentOfOne.Domain.Playbooks;

/// <summary>A fact that a rule read and the value it had, as people read it; "missing" where nothing was known.</summary>
public readonly record struct FactRead(string Name, string Value);
