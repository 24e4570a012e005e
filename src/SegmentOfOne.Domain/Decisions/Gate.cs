namespace SegmentOfOne.Domain.Decisions;

/// <summary>What a candidate must pass, in this order. Numbers are part of the canonical bytes.</summary>
public enum Gate : byte
{
    /// <summary>May we: validity, channel, consent, the playbook's condition.</summary>
    Eligibility = 0,

    /// <summary>Is it relevant now.</summary>
    Applicability = 1,

    /// <summary>Is it in the customer's interest.</summary>
    Suitability = 2,

    /// <summary>Do-not-contact, quiet hours, sales that are locked or too many, caps.</summary>
    ContactPolicy = 3,

    /// <summary>Has it the highest priority.</summary>
    Arbitration = 4,

    /// <summary>Is there a way to say it.</summary>
    Treatment = 5,
}
