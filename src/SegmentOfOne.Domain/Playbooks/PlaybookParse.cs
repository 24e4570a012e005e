using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What reading a document gave: a playbook, or every mistake that could be found.</summary>
/// <param name="Playbook">Null exactly when there are errors.</param>
public sealed record PlaybookParse(Playbook? Playbook, ImmutableArray<PlaybookError> Errors)
{
    [MemberNotNullWhen(true, nameof(Playbook))]
    public bool Succeeded => Playbook is not null;
}
