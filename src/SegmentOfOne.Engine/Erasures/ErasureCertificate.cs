using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SegmentOfOne.Engine.Erasures;

/// <summary>What a certificate says was destroyed or deleted.</summary>
public sealed record ErasedRows(string Store, string What, long Count);

/// <summary>
/// Says that a customer was erased: what, when, in which stores, and where in the audit trail that stands. Signed with ECDSA over P-256 and SHA-256
/// on the lengths and texts of all fields in their order, so that a certificate may be printed in any layout, but none of its words be changed.
/// </summary>
public sealed record ErasureCertificate
{
    public const string Kind = "segmentofone.erasure.1";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        WriteIndented = true,

        // Escapes have more than one spelling, and a certificate has one.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary><see cref="Kind"/>.</summary>
    public required string Certificate { get; init; }

    public required string Id { get; init; }

    public required string Workspace { get; init; }

    /// <summary>Stands for the customer, and tells nobody without the vault whose it is.</summary>
    public required string Subject { get; init; }

    public required string Reason { get; init; }

    public required string Person { get; init; }

    public required string RequestedAt { get; init; }

    public required string FinishedAt { get; init; }

    public required ImmutableArray<ErasedRows> Erased { get; init; }

    /// <summary>The entry of the audit trail, and its hash: the head of the chain then.</summary>
    public required long AuditEntry { get; init; }

    public required string AuditHash { get; init; }

    /// <summary>Base64; empty before it is signed.</summary>
    public string Signature { get; init; } = "";

    /// <summary>The signed certificate, as JSON in UTF-8.</summary>
    public byte[] Sign(ECDsa key) =>
        JsonSerializer.SerializeToUtf8Bytes(this with { Signature = Convert.ToBase64String(key.SignData(Signed(), HashAlgorithmName.SHA256)) }, Json);

    /// <summary>The certificate in a file; null: it isn't one, or not what was signed.</summary>
    public static ErasureCertificate? Verify(ReadOnlySpan<byte> json, ECDsa key)
    {
        try
        {
            var certificate = JsonSerializer.Deserialize<ErasureCertificate>(json, Json);
            if (certificate is not { Certificate: Kind } || certificate.Erased.IsDefault)
            {
                return null;
            }

            // A text that isn't what the bytes would be written as was changed, even where it stands for the same bytes.
            var signature = Convert.FromBase64String(certificate.Signature);
            return Convert.ToBase64String(signature) == certificate.Signature && key.VerifyData(certificate.Signed(), signature, HashAlgorithmName.SHA256)
                ? certificate
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or CryptographicException)
        {
            return null;
        }
    }

    private byte[] Signed()
    {
        var text = new StringBuilder();
        foreach (var field in new[] { Certificate, Id, Workspace, Subject, Reason, Person, RequestedAt, FinishedAt, Text(AuditEntry), AuditHash, Text(Erased.Length) })
        {
            Append(text, field);
        }

        foreach (var rows in Erased)
        {
            Append(text, rows.Store);
            Append(text, rows.What);
            Append(text, Text(rows.Count));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>With its length before it no field can pass for the end of another.</summary>
    private static void Append(StringBuilder text, string field) => text.Append(Text(field.Length)).Append(':').Append(field);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
