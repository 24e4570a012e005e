using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Engine.Playbooks;

/// <summary>What became of a step. Closed.</summary>
public abstract record DraftOutcome
{
    private DraftOutcome()
    {
    }

    /// <summary>It is done, and stands in the trail.</summary>
    /// <param name="Errors">Of a check, the mistakes found.</param>
    public sealed record Done(Draft Draft, ImmutableArray<PlaybookError> Errors) : DraftOutcome;

    /// <summary>The draft is in force.</summary>
    public sealed record Published(PublishedPlaybook Playbook) : DraftOutcome;

    public sealed record NoSuchDraft(long Number) : DraftOutcome;

    /// <summary>Not yet, or not by this person; nothing changed.</summary>
    public sealed record Refused(DraftRefusal Reason, string Message) : DraftOutcome;
}
