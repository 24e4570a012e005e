using System.Buffers.Binary;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Store;

/// <summary>
/// What is stored of a customer travels in an envelope: {format, key id, checksum, bytes}. The key id says under which key
/// the bytes are encrypted; 0 is in the clear. The checksum covers whose bytes they are and of which version,
/// so that the right bytes in the wrong row don't pass.
/// </summary>
internal static class Envelope
{
    // What envelopes hold, in the words of an exception.
    public const string Snapshot = "snapshot";
    public const string Anchor = "state in history";
    public const string Turns = "history";
    public const string Message = "message";

    private const byte Format = 1;

    /// <summary>Room that an envelope takes beside its bytes, at most.</summary>
    public const int MaxOverhead = 1 + VarInt.MaxBytes + sizeof(uint);

    /// <summary>Writes an envelope at the start of <paramref name="target"/>; its length.</summary>
    public static int Seal(Span<byte> target, CustomerKey customer, long version, ReadOnlySpan<byte> bytes)
    {
        target[0] = Format;
        var at = 1 + VarInt.Write(target[1..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(target[at..], Crc32C.Of(bytes, Seed(customer, version)));
        at += sizeof(uint);
        bytes.CopyTo(target[at..]);
        return at + bytes.Length;
    }

    /// <summary>The bytes in an envelope. Throws <see cref="CustomerDamagedException"/>, which names <paramref name="what"/>.</summary>
    public static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> envelope, CustomerKey customer, long version, string what)
    {
        if (envelope.IsEmpty || envelope[0] != Format)
        {
            throw new CustomerDamagedException(customer, what);
        }

        envelope = envelope[1..];
        if (!VarInt.TryRead(ref envelope, out var keyId) || keyId != 0 || envelope.Length < sizeof(uint))
        {
            throw new CustomerDamagedException(customer, what);
        }

        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(envelope);
        envelope = envelope[sizeof(uint)..];
        return checksum == Crc32C.Of(envelope, Seed(customer, version)) ? envelope : throw new CustomerDamagedException(customer, what);
    }

    private static ulong Seed(CustomerKey customer, long version) =>
        (ulong)(customer.Value >> 64) ^ (ulong)customer.Value ^ (ulong)version;
}
