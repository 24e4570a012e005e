using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Engine;

/// <summary>The playbook given at start has mistakes; the engine doesn't start.</summary>
public sealed class InvalidPlaybookException(ImmutableArray<PlaybookError> errors)
    : Exception("The playbook has mistakes:\n" + string.Join('\n', errors))
{
    public ImmutableArray<PlaybookError> Errors { get; } = errors;
}
