namespace SegmentOfOne.Domain;

/// <summary>Who came to whom: inbound, the customer is here; outbound, we go to the customer. Numbers are part of the formats.</summary>
public enum Direction : byte
{
    Inbound = 0,
    Outbound = 1,
}
