using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>The signature of a webhook by HMAC-SHA256, as Standard Webhooks 1.0 has it (https://www.standardwebhooks.com).</summary>
public static class WebhookSignature
{
    /// <summary>What a secret begins with; base64 follows.</summary>
    public const string SecretPrefix = "whsec_";

    /// <summary>Bytes of a secret, by the standard.</summary>
    public const int ShortestSecret = 24;
    public const int LongestSecret = 64;

    /// <summary>A secret as it is handed to people; null: it is none.</summary>
    public static ImmutableArray<byte>? ReadSecret(string text)
    {
        var bytes = new byte[LongestSecret];
        return text.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[SecretPrefix.Length..], bytes, out var length) && length >= ShortestSecret
                ? [.. bytes.AsSpan(0, length)]
                : null;
    }

    /// <summary>The signatures of all secrets, with spaces between.</summary>
    /// <param name="timestamp">When the attempt is made, in seconds since 1970.</param>
    public static string Of(string id, long timestamp, ReadOnlySpan<byte> body, ImmutableArray<ImmutableArray<byte>> secrets)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        var signatures = new StringBuilder();
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var secret in secrets)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret.AsSpan());
            hmac.AppendData(head);
            hmac.AppendData(body);
            hmac.GetHashAndReset(hash);
            signatures.Append(signatures.Length == 0 ? "v1," : " v1,").Append(Convert.ToBase64String(hash));
        }

        return signatures.ToString();
    }
}
