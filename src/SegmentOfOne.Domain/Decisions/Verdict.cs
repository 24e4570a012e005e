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
