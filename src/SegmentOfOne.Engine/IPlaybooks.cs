using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Playbooks;

namespace SegmentOfOne.Engine;

/// <summary>Every playbook ever published, and the one in force. Published whole, durable before in force, swapped whole, kept for ever.</summary>
public interface IPlaybooks
{
    PublishedPlaybook InForce { get; }

    /// <summary>The playbook published as <paramref name="version"/>; null: there was none.</summary>
    ValueTask<PublishedPlaybook?> Get(int version, CancellationToken ct);

    /// <summary>All versions, newest first.</summary>
    ValueTask<ImmutableArray<PlaybookVersion>> Versions(CancellationToken ct);

    /// <summary>The way into force by several hands.</summary>
    IPlaybookDrafts Drafts { get; }

    /// <summary>Puts a document in force as the next version.</summary>
    /// <param name="ifVersion">The version that the author saw; another one in force is a conflict. Null: whatever is in force.</param>
    /// <param name="person">Who does it, for the audit trail.</param>
    ValueTask<PublishOutcome> Publish(ReadOnlyMemory<byte> utf8Json, int? ifVersion, string person, CancellationToken ct);

    /// <summary>Publishes the document of an earlier version (null: the one before that in force) again, as the next version.</summary>
    ValueTask<PublishOutcome> Rollback(int? toVersion, int? ifVersion, string person, CancellationToken ct);

    /// <summary>Nobody says who does it.</summary>
    sealed ValueTask<PublishOutcome> Publish(ReadOnlyMemory<byte> utf8Json, int? ifVersion, CancellationToken ct) => Publish(utf8Json, ifVersion, "", ct);

    /// <inheritdoc cref="Publish(ReadOnlyMemory{byte}, int?, CancellationToken)"/>
    sealed ValueTask<PublishOutcome> Rollback(int? toVersion, int? ifVersion, CancellationToken ct) => Rollback(toVersion, ifVersion, "", ct);
}

/// <summary>A published document, compiled. Immutable; its <see cref="ETag"/> is its version, quoted.</summary>
/// <param name="RolledBackTo">The earlier version whose document this is again; null: a document of its own.</param>
public sealed record PublishedPlaybook(Playbook Playbook, Instant PublishedAt, int? RolledBackTo)
{
    public int Version => Playbook.Version;

    public string ETag => $"\"{Playbook.Version}\"";
}

/// <summary>One line of the list of versions.</summary>
/// <param name="RolledBackTo">The earlier version whose document this is again; null: a document of its own.</param>
public sealed record PlaybookVersion(int Version, string Name, Instant PublishedAt, int? RolledBackTo, bool InForce);

/// <summary>What became of publishing. Closed.</summary>
public abstract record PublishOutcome
{
    private PublishOutcome()
    {
    }

    public sealed record Published(PublishedPlaybook Playbook) : PublishOutcome;

    /// <summary>Another version is in force than the one that the author saw.</summary>
    public sealed record Conflict(int InForce) : PublishOutcome;

    /// <summary>The document has mistakes; nothing changed.</summary>
    public sealed record Invalid(ImmutableArray<PlaybookError> Errors) : PublishOutcome;

    /// <summary>There is no such version to go back to.</summary>
    public sealed record NoSuchVersion(int? Version) : PublishOutcome;
}
