using System.Collections.Immutable;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>What a message is made of when it is first to be delivered.</summary>
/// <param name="Identifiers">Of the customer, as they were when it was written down.</param>
/// <param name="PlaybookVersion">The playbook that decided.</param>
/// <param name="Decided">The decision that it carries; null: none.</param>
public sealed record OutgoingMessage(MessageId Id, ImmutableArray<Identifier> Identifiers, int PlaybookVersion, MessageLeft Left, Decided? Decided);
