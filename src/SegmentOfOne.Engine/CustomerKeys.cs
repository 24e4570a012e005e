using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine;

/// <summary>
/// Derives a customer's key from its first identifier: HMAC-SHA256 under the store's secret of "workspace \0 kind \0 value",
/// the first 128 bits. So the path of a turn needs no look-up, and a key tells nobody whose it is. Used by one thread.
/// </summary>
internal sealed class CustomerKeys(byte[] secret) : IDisposable
{
    /// <summary>Until there are more, the one workspace.</summary>
    internal const string Workspace = "default";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
    private readonly byte[] _text = new byte[Workspace.Length + 2 + (3 * (Limits.IdentifierKindBytes + Limits.IdentifierValueBytes))];
    private readonly byte[] _digest = new byte[SHA256.HashSizeInBytes];

    /// <summary>Whether an identifier can name a customer, as far as its size goes.</summary>
    public static bool CanBe(Identifier? identifier) =>
        identifier is { Kind.Length: > 0 and <= Limits.IdentifierKindBytes, Value.Length: > 0 and <= Limits.IdentifierValueBytes };

    public CustomerKey Of(Identifier identifier)
    {
        var length = Encoding.UTF8.GetBytes(Workspace, _text);
        _text[length++] = 0;
        length += Encoding.UTF8.GetBytes(identifier.Kind, _text.AsSpan(length));
        _text[length++] = 0;
        length += Encoding.UTF8.GetBytes(identifier.Value, _text.AsSpan(length));
        _hash.AppendData(_text, 0, length);
        _hash.GetHashAndReset(_digest);
        return new CustomerKey(BinaryPrimitives.ReadUInt128BigEndian(_digest));
    }

    public void Dispose() => _hash.Dispose();
}
