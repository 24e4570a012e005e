namespace SegmentOfOne.Domain.Decisions;

/// <summary>How a candidate fared. Numbers are part of the canonical bytes.</summary>
public enum Verdict : byte
{
    Chosen = 0,

    /// <summary>Every gate passed, and another candidate had the higher priority, or the same and the smaller id.</summary>
    Outranked = 1,

    /// <summary>We may not: the first gate said no.</summary>
    Ineligible = 2,

    /// <summary>The action has treatments, and no treatment's condition holds.</summary>
    Untreated = 3,

    /// <summary>P·C·V·L is below 0 or no number.</summary>
    Worthless = 4,

    /// <summary>It isn't relevant now.</summary>
    Inapplicable = 5,

    /// <summary>It isn't in the customer's interest.</summary>
    Unsuitable = 6,

    /// <summary>The contact policy holds it back.</summary>
    HeldBack = 7,
}
