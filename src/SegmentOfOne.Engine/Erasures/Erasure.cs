using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Erasures;

/// <summary>A customer that was erased. Holds nothing personal.</summary>
/// <param name="Subject">Stands for the customer: a hash under a key of the vault.</param>
/// <param name="Person">Who asked for it; empty: the program.</param>
/// <param name="FinishedAt">Null: the keys are destroyed, and rows are yet to be deleted.</param>
/// <param name="Certificate">The signed certificate, JSON in UTF-8; null until it is finished.</param>
public sealed record Erasure(
    string Id, string Subject, ErasureReason Reason, string Person, Instant RequestedAt, Instant? FinishedAt, ReadOnlyMemory<byte>? Certificate);
