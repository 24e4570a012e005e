namespace SegmentOfOne.Domain;

/// <summary>What an interaction proves about the relationship, said by the playbook for each type. Bits are part of the formats.</summary>
[Flags]
public enum Evidence : uint
{
    None = 0,
    Item = 1 << 0,
    Search = 1 << 1,
    Cart = 1 << 2,
    WishList = 1 << 3,
    Subscription = 1 << 4,
    ContactInfo = 1 << 5,
    Content = 1 << 6,
    Contact = 1 << 7,
    Order = 1 << 8,
    Return = 1 << 9,
    Delivery = 1 << 10,
    Use = 1 << 11,
    Loyalty = 1 << 12,
    PublicAct = 1 << 13,
    Complaint = 1 << 14,
    Recovered = 1 << 15,
}
