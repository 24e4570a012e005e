namespace SegmentOfOne.Domain.Identity;

/// <summary>Why a claim that two names are one person did not bring them together. Numbers are part of the formats.</summary>
public enum ClaimRefusal : byte
{
    /// <summary>A value that stands for nobody in particular.</summary>
    Blocked = 0,

    /// <summary>Together they would have more names of a kind, or of all kinds, than one person has.</summary>
    Limit = 1,

    /// <summary>Both are known, and the name isn't one that only one person can have.</summary>
    Taken = 2,

    /// <summary>The other was erased.</summary>
    Erased = 3,

    /// <summary>A kind of name that the playbook doesn't know, or a value that is too long to be one.</summary>
    NoName = 4,
}

/// <summary>A claim that was looked into and refused.</summary>
public readonly record struct RefusedClaim(Identifier Identifier, ClaimRefusal Reason);
