namespace SegmentOfOne.Domain.Contact;

/// <summary>On what terms a touch was chosen. Bits are part of the formats.</summary>
[Flags]
public enum TouchTerms : byte
{
    None = 0,

    /// <summary>It is owed to the customer: it passed every rule of contact and counts in none.</summary>
    Transactional = 1 << 0,

    /// <summary>It sells although sales were held back, because the customer had asked to buy.</summary>
    Asked = 1 << 1,
}
