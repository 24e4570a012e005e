using System.Buffers.Text;
using System.Security.Cryptography;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Access;

/// <summary>Keys as their holders have them: <c>soo_ID_SECRET</c>, 16 hexadecimal digits and 43 letters of base64url. The one place that compares secrets.</summary>
public static class KeySecret
{
    public const string Prefix = "soo_";
    public const int IdLength = 16;
    public const int SecretLength = 43;

    /// <summary>Of a whole key.</summary>
    public const int Length = 4 + IdLength + 1 + SecretLength;

    private const int SaltBytes = 16;
    private const int SecretBytes = 32;

    /// <summary>Makes a key, and what is kept of it. The text is nowhere but in what comes back.</summary>
    public static (string Text, AccessKey Key) Make(string name, Role role, Instant at, string by, Instant? expiresAt, RateLimit? limit)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = new byte[SHA256.HashSizeInBytes];
        Hash(salt, secret, hash);
        return ($"{Prefix}{id}_{secret}", new AccessKey(id, name, role, at, by, expiresAt, limit, salt, hash));
    }

    /// <summary>Takes a text apart; false: it is no key's.</summary>
    public static bool TrySplit(ReadOnlySpan<char> text, out ReadOnlySpan<char> id, out ReadOnlySpan<char> secret)
    {
        if (text.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length + IdLength] != '_')
        {
            id = secret = [];
            return false;
        }

        id = text.Slice(Prefix.Length, IdLength);
        secret = text[^SecretLength..];
        return true;
    }

    /// <summary>Whether a secret is that of a key, in the same time whether it is or not.</summary>
    public static bool Matches(AccessKey key, ReadOnlySpan<char> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(key.Salt, secret, hash);
        return CryptographicOperations.FixedTimeEquals(hash, key.Hash);
    }

    /// <summary>A key that nobody has: to be compared with where there is none of the id, so that this takes as long.</summary>
    public static AccessKey Nobodys() => Make("nobody", Role.Reader, default, "", null, null).Key;

    private static void Hash(ReadOnlySpan<byte> salt, ReadOnlySpan<char> secret, Span<byte> hash)
    {
        Span<byte> text = stackalloc byte[SaltBytes + (2 * SecretLength)];
        salt.CopyTo(text);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(secret).CopyTo(text[salt.Length..]);
        SHA256.HashData(text[..(salt.Length + (2 * secret.Length))], hash);
        CryptographicOperations.ZeroMemory(text);
    }
}
