using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Access;

/// <summary>A key as it is kept: everything but its secret.</summary>
/// <param name="Id">The part that may be shown; it names the key.</param>
/// <param name="Name">Whose it is: who did something, in the trails.</param>
/// <param name="CreatedBy">Who made it; empty: somebody at the machine.</param>
/// <param name="Limit">How often it may call; null: as often as it likes.</param>
/// <param name="Salt">What was hashed with the secret.</param>
/// <param name="Hash">SHA-256 of salt and secret. A secret is 256 random bits: nobody finds it by trying, however fast the hash.</param>
public sealed record AccessKey(
    string Id, string Name, Role Role, Instant CreatedAt, string CreatedBy, Instant? ExpiresAt, RateLimit? Limit, byte[] Salt, byte[] Hash)
{
    /// <summary>Characters of a name at most.</summary>
    public const int NameLength = 64;

    /// <summary>Null: it was not.</summary>
    public Instant? RevokedAt { get; init; }

    /// <summary>Roughly when it was used last; null: never yet.</summary>
    public Instant? UsedAt { get; init; }

    /// <summary>Whether a key may have this name.</summary>
    public static bool CanBeNamed(string name) =>
        name.Length is > 0 and <= NameLength && name.Trim() == name && !name.Any(char.IsControl) && !name.Contains('\uFFFD', StringComparison.Ordinal);
}
