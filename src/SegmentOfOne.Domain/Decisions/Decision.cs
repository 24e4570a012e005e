namespace SegmentOfOne.Domain.Decisions;

/// <summary>What to show or say at a placement. <paramref name="Action"/> null: nothing was eligible; its receipt says why.</summary>
/// <param name="Propensity">The probability with which the policy chose this here; 1 while choices are deterministic.</param>
/// <param name="Likelihood">P, the estimated probability that the customer accepts.</param>
/// <param name="Priority">P·C·V·L.</param>
public sealed record Decision(
    string Placement,
    string? Action,
    string? Treatment,
    double Propensity,
    double Likelihood,
    double Priority,
    ReceiptId ReceiptId)
{
    /// <summary>What the action is for; null without one.</summary>
    public Purpose? Purpose { get; init; }

    /// <summary>What stands for <c>{{name}}</c> in the treatment's content, a text each, not yet escaped for where it is shown.</summary>
    public Properties Variables { get; init; } = Properties.Empty;

    /// <summary>Until when the channel may deliver it, and by when it reports; null when it is delivered with this answer, or there is nothing to deliver.</summary>
    public Instant? HeldUntil { get; init; }
}
