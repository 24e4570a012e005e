namespace SegmentOfOne.Domain.Consent;

/// <summary>What a customer said about one thing. Of two statements of one time the higher number counts. Numbers are part of the formats.</summary>
public enum ConsentStatus : byte
{
    /// <summary>Nothing was said.</summary>
    Unknown = 0,
    Granted = 1,
    Denied = 2,
    Withdrawn = 3,

    /// <summary>Was granted, for a time that is over: as if nothing had been said.</summary>
    Expired = 4,
}
