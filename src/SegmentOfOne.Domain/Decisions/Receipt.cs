using System.Collections.Immutable;
using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>Why a decision was taken: everything it saw and every candidate, in ordinal order of action.</summary>
/// <param name="At">The time of the customer's own clock at which it was valued.</param>
/// <param name="RecordedAt">The time at which it was taken, by which contact is counted.</param>
/// <param name="Channel">The request's.</param>
/// <param name="TouchChannel">The channel on which the touch goes.</param>
/// <param name="HeldUntil">Until when the channel may deliver what was chosen; null when nothing was, or it was delivered with the answer.</param>
public sealed record Receipt(
    ReceiptId Id,
    string Placement,
    string? Action,
    string? Treatment,
    double Propensity,
    int PlaybookVersion,
    Instant At,
    Instant RecordedAt,
    string Channel,
    string TouchChannel,
    Direction Direction,
    Instant? HeldUntil,
    Stage Stage,
    Scores Scores,
    ImmutableArray<Candidate> Candidates);
