namespace SegmentOfOne.Domain.Decisions;

/// <summary>What to show or say at a placement.</summary>
/// <param name="Fact">What was chosen, as it is stored.</param>
/// <param name="Variables">What stands for <c>{{name}}</c> in the treatment's content, a text each, not yet escaped for where it is shown.</param>
public sealed record Decision(Decided Fact, ReceiptId ReceiptId, Properties Variables)
{
    public string Placement => Fact.Placement;

    /// <summary>Null: nothing was eligible; its receipt says why.</summary>
    public string? Action => Fact.Action;

    public string? Treatment => Fact.Treatment;

    /// <summary>The probability with which the policy chose this here; 1 while choices are deterministic.</summary>
    public double Propensity => Fact.Propensity;

    /// <summary>P, the estimated probability that the customer accepts.</summary>
    public double Likelihood => Fact.Likelihood;

    /// <summary>P·C·V·L.</summary>
    public double Priority => Fact.Priority;

    /// <summary>What the action is for; null without one.</summary>
    public Purpose? Purpose => Fact.Reserved?.Purpose;

    /// <summary>Until when the channel may deliver it, and by when it reports; null when it is delivered with this answer, or there is nothing to deliver.</summary>
    public Instant? HeldUntil => Fact.HeldUntil;
}
