namespace SegmentOfOne.Domain.Contact;

/// <summary>Why a report changes no touch. Numbers are part of the formats.</summary>
public enum Mismatch : byte
{
    /// <summary>What the report names is no receipt.</summary>
    NoReceipt = 0,

    /// <summary>The receipt is another customer's.</summary>
    OtherCustomer = 1,

    /// <summary>This customer has no decision of that number.</summary>
    NeverDecided = 2,

    /// <summary>The ledger doesn't hold that touch, or no longer: nothing counts it.</summary>
    NotHeld = 3,
}
