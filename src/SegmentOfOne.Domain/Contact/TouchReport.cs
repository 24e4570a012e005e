namespace SegmentOfOne.Domain.Contact;

/// <summary>What a channel reports of a touch. Reports add up, so their order and repeats don't matter. Bits are part of the formats.</summary>
[Flags]
public enum TouchReport : byte
{
    None = 0,

    /// <summary>It reached the customer.</summary>
    Delivered = 1 << 0,

    /// <summary>It did not and will not reach the customer.</summary>
    Bounced = 1 << 1,

    /// <summary>The customer saw it: it was delivered, whatever else was reported.</summary>
    Seen = 1 << 2,

    /// <summary>The customer did what it proposed; so it was delivered.</summary>
    Accepted = 1 << 3,

    /// <summary>The customer put it away, or took it badly; so it was delivered.</summary>
    Dismissed = 1 << 4,
}
