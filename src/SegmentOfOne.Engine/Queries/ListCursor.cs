using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Queries;

/// <summary>Where a list of customers goes on: behind the row with this sort key and number, scores valued as on the first page.</summary>
/// <param name="ByColumn">Whether the key is that of the column or the score itself.</param>
internal readonly record struct ListCursor(Instant ValuedAt, bool ByColumn, double Key, long Number)
{
    private const byte Format = 1;
    private const int Bytes = 2 + 8 + 8 + 8 + 8;

    /// <summary>As opaque text, good for the same query only.</summary>
    public string Write(CustomerQuery query)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes[0] = Format;
        bytes[1] = ByColumn ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[2..], ValuedAt.UnixMilliseconds);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[10..], Key);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[18..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[26..], Print(query));
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="InvalidQueryException">It is no cursor, or of another query.</exception>
    public static ListCursor Read(string text, CustomerQuery query)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return Base64Url.DecodeFromChars(text, bytes, out _, out var length) == OperationStatus.Done && length == Bytes && bytes[0] == Format
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes[26..]) == Print(query)
            ? new ListCursor(
                new Instant(BinaryPrimitives.ReadInt64LittleEndian(bytes[2..])),
                bytes[1] == 1,
                BinaryPrimitives.ReadDoubleLittleEndian(bytes[10..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[18..]))
            : throw new InvalidQueryException("The cursor is not one that this query gave.");
    }

    /// <summary>The same for all pages of one query, and hardly for another.</summary>
    private static ulong Print(CustomerQuery query) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes((query with { Cursor = null, Limit = 0 }).ToString())));
}
