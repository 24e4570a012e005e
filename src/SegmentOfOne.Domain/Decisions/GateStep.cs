using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>What one rule of a gate said about a candidate.</summary>
/// <param name="Rule">A condition as the playbook has it, or the name of a rule.</param>
/// <param name="Facts">What it read.</param>
/// <param name="Remark">Of what failed: what would have had to be different. Of what was bypassed: why. Else what is worth knowing; may be empty.</param>
public sealed record GateStep(Gate Gate, string Rule, Ruling Ruling, ImmutableArray<FactRead> Facts, string Remark);
