using System.Collections.Immutable;
using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>How a candidate fared. Numbers are part of the canonical bytes.</summary>
public enum Verdict : byte
{
    Chosen = 0,

    /// <summary>Every gate passed, and another candidate had the higher priority, or the same and the smaller id.</summary>
    Outranked = 1,

    /// <summary>The eligibility condition does not hold.</summary>
    Ineligible = 2,

    /// <summary>The action has treatments, and no treatment's condition holds.</summary>
    Untreated = 3,

    /// <summary>P·C·V·L is below 0 or no number.</summary>
    Worthless = 4,
}

/// <summary>One action that stood for a placement. Factors are those of Priority = P·C·V·L, and 0 where a gate failed before them.</summary>
/// <param name="Rule">The condition that said no, as the playbook has it; null when none did.</param>
public readonly record struct Candidate(
    string Action,
    Verdict Verdict,
    string? Rule,
    string? Treatment,
    double Likelihood,
    double Context,
    double Value,
    double Lever,
    double Priority);

/// <summary>Why a decision was taken: everything it saw and every candidate, in ordinal order of action.</summary>
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
