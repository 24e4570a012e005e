using System.Collections.Immutable;
using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>Why a decision was taken: everything it saw and every candidate, in ordinal order of action.</summary>
/// <param name="Id">Its version is that of the customer as the decision saw it: the turn's, whose interaction was already observed.</param>
/// <param name="Action">Null: no action.</param>
/// <param name="At">When it was valued: the customer's own clock, or for a mere question the time it was asked.</param>
/// <param name="Stage">After the turn's transitions.</param>
public sealed record Receipt(
    ReceiptId Id,
    string Placement,
    string? Action,
    string? Treatment,
    double Propensity,
    int PlaybookVersion,
    Instant At,
    string Channel,
    Stage Stage,
    Scores Scores,
    ImmutableArray<Candidate> Candidates);
