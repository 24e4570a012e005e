using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Store;

/// <summary>
/// What is stored of a customer travels in an envelope. Format 2: {2, key id, nonce, tag, encrypted bytes}, AES-256-GCM under the customer's own
/// key; key id 1 is the one that the vault has. Format 1: {1, 0, checksum, bytes}, in the clear; written where there is no vault, and read for
/// ever. Tag and checksum cover whose bytes they are and of which version, so that the right bytes in the wrong row don't pass; the tag covers
/// also what they are.
/// </summary>
internal static class Envelope
{
    private const byte Clear = 1;
    private const byte Secret = 2;
    private const byte KeyId = 1;
    private const int TagBytes = 16;
    private const int AboutBytes = 16 + sizeof(long) + 1;

    /// <summary>Room that an envelope takes beside its bytes, at most.</summary>
    public const int MaxOverhead = 2 + Nonces.Bytes + TagBytes;

    private const int ClearOverhead = 2 + sizeof(uint);

    /// <summary>Whether it takes the customer's key to open an envelope.</summary>
    public static bool IsSecret(ReadOnlySpan<byte> envelope) => !envelope.IsEmpty && envelope[0] == Secret;

    /// <summary>Writes an envelope at the start of <paramref name="target"/>; its length.</summary>
    /// <param name="cipher">Under the customer's key; null: in the clear.</param>
    public static int Seal(
        Span<byte> target, CustomerKey customer, long version, EnvelopeKind kind, ReadOnlySpan<byte> bytes, AesGcm? cipher, Nonces nonces)
    {
        if (cipher is null)
        {
            (target[0], target[1]) = (Clear, 0);
            BinaryPrimitives.WriteUInt32LittleEndian(target[2..], Crc32C.Of(bytes, Seed(customer, version)));
            bytes.CopyTo(target[ClearOverhead..]);
            return ClearOverhead + bytes.Length;
        }

        (target[0], target[1]) = (Secret, KeyId);
        var nonce = target.Slice(2, Nonces.Bytes);
        nonces.Next(nonce);
        Span<byte> about = stackalloc byte[AboutBytes];
        Describe(about, customer, version, kind);
        cipher.Encrypt(nonce, bytes, target.Slice(MaxOverhead, bytes.Length), target.Slice(2 + Nonces.Bytes, TagBytes), about);
        return MaxOverhead + bytes.Length;
    }

    /// <summary>The bytes in an envelope. Throws <see cref="CustomerDamagedException"/>, which names <paramref name="kind"/>.</summary>
    /// <param name="cipher">Under the customer's key; null: there is none.</param>
    /// <param name="room">For the bytes, as long as the envelope.</param>
    public static ReadOnlySpan<byte> Open(
        ReadOnlySpan<byte> envelope, CustomerKey customer, long version, EnvelopeKind kind, AesGcm? cipher, Span<byte> room) => envelope switch
    {
        [Clear, 0, ..] when envelope.Length >= ClearOverhead => OpenClear(envelope, customer, version, kind),
        [Secret, KeyId, ..] when envelope.Length >= MaxOverhead && cipher is not null => Decrypt(envelope, customer, version, kind, cipher, room),
        _ => throw new CustomerDamagedException(customer, kind.Name()),
    };

    private static ReadOnlySpan<byte> OpenClear(ReadOnlySpan<byte> envelope, CustomerKey customer, long version, EnvelopeKind kind)
    {
        var bytes = envelope[ClearOverhead..];
        return BinaryPrimitives.ReadUInt32LittleEndian(envelope[2..]) == Crc32C.Of(bytes, Seed(customer, version))
            ? bytes
            : throw new CustomerDamagedException(customer, kind.Name());
    }

    private static ReadOnlySpan<byte> Decrypt(
        ReadOnlySpan<byte> envelope, CustomerKey customer, long version, EnvelopeKind kind, AesGcm cipher, Span<byte> room)
    {
        var bytes = room[..(envelope.Length - MaxOverhead)];
        Span<byte> about = stackalloc byte[AboutBytes];
        Describe(about, customer, version, kind);
        try
        {
            cipher.Decrypt(envelope.Slice(2, Nonces.Bytes), envelope[MaxOverhead..], envelope.Slice(2 + Nonces.Bytes, TagBytes), bytes, about);
            return bytes;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new CustomerDamagedException(customer, kind.Name(), e);
        }
    }

    /// <summary>What seals and opens under a customer's key.</summary>
    public static AesGcm CipherOf(in CustomerSecret secret)
    {
        Span<byte> key = stackalloc byte[CustomerSecret.Bytes];
        secret.CopyTo(key);
        var cipher = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    private static void Describe(Span<byte> about, CustomerKey customer, long version, EnvelopeKind kind)
    {
        BinaryPrimitives.WriteUInt128BigEndian(about, customer.Value);
        BinaryPrimitives.WriteInt64LittleEndian(about[16..], version);
        about[^1] = (byte)kind;
    }

    private static ulong Seed(CustomerKey customer, long version) =>
        (ulong)(customer.Value >> 64) ^ (ulong)customer.Value ^ (ulong)version;
}

/// <summary>What an envelope holds.</summary>
internal enum EnvelopeKind : byte
{
    /// <summary>One turn.</summary>
    Turn = 1,

    /// <summary>A stretch of turns.</summary>
    Turns = 2,

    /// <summary>The latest state.</summary>
    Snapshot = 3,

    /// <summary>A state along history.</summary>
    Anchor = 4,

    /// <summary>What a message is made of, or its body.</summary>
    Message = 5,
}

/// <summary>The names of <see cref="EnvelopeKind"/> in the words of an exception.</summary>
internal static class EnvelopeKinds
{
    public const string Snapshot = "snapshot";
    public const string Turns = "history";
    public const string Message = "message";

    public static string Name(this EnvelopeKind kind) => kind switch
    {
        EnvelopeKind.Turn or EnvelopeKind.Turns => Turns,
        EnvelopeKind.Snapshot => Snapshot,
        EnvelopeKind.Anchor => "state in history",
        EnvelopeKind.Message => Message,
        _ => throw new UnreachableException($"envelope of kind {kind}"),
    };
}
