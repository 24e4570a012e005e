using System.Collections.Frozen;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>What to show or say at a placement. <paramref name="Action"/> null: nothing was eligible; its receipt says why.</summary>
/// <param name="Propensity">The probability with which the policy chose this here; 1 while choices are deterministic.</param>
/// <param name="Likelihood">P, the estimated probability that the customer accepts.</param>
/// <param name="Priority">P·C·V·L.</param>
/// <param name="Content">The treatment's text by field; empty without a treatment.</param>
public sealed record Decision(
    string Placement,
    string? Action,
    string? Treatment,
    double Propensity,
    double Likelihood,
    double Priority,
    ReceiptId ReceiptId,
    FrozenDictionary<string, string> Content);
