using System.Buffers.Binary;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Journals;

/// <summary>
/// A batch: {format, checksum, time at which its first turn was queued, entries}. An entry: {format, key id, customer key, version, length, bytes}.
/// The key id says under which key the turn is encrypted (<see cref="EntryKind"/>).
/// </summary>
internal static class BatchFormat
{
    public const int HeaderBytes = Sealed + sizeof(long);
    private const int Sealed = 1 + sizeof(uint);
    private const byte BatchVersion = 1;
    private const byte EntryVersion = 1;
    private const int KeyBytes = 16;

    /// <summary>Room that an entry takes beside its turn, at most.</summary>
    public const int MaxEntryOverhead = 1 + KeyBytes + (3 * VarInt.MaxBytes);

    /// <summary>Writes an entry at the start of <paramref name="target"/>; its length.</summary>
    public static int WriteEntry(Span<byte> target, CustomerKey key, long version, ReadOnlySpan<byte> turn, EntryKind kind)
    {
        target[0] = EntryVersion;
        var at = 1 + VarInt.Write(target[1..], (ulong)kind);
        BinaryPrimitives.WriteUInt128BigEndian(target[at..], key.Value);
        at += KeyBytes;
        at += VarInt.Write(target[at..], (ulong)version);
        at += VarInt.Write(target[at..], (ulong)turn.Length);
        turn.CopyTo(target[at..]);
        return at + turn.Length;
    }

    /// <summary>Completes the header of a batch whose entries stand behind it.</summary>
    public static void Seal(Span<byte> batch, long position, long queuedAt)
    {
        batch[0] = BatchVersion;
        BinaryPrimitives.WriteInt64LittleEndian(batch[Sealed..], queuedAt);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[1..], Crc32C.Of(batch[Sealed..], (ulong)position));
    }

    /// <summary>Begins to read a batch. Throws <see cref="InvalidDataException"/> when it isn't what was written.</summary>
    public static BatchEntries Open(ReadOnlySpan<byte> batch, long position)
    {
        if (batch.Length < HeaderBytes)
        {
            throw new InvalidDataException($"Batch {position} of the journal is cut off.");
        }

        if (batch[0] != BatchVersion)
        {
            throw new InvalidDataException($"Batch {position} of the journal has the unknown format {batch[0]}.");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(batch[1..]) != Crc32C.Of(batch[Sealed..], (ulong)position))
        {
            throw new InvalidDataException($"Batch {position} of the journal fails its checksum.");
        }

        return new BatchEntries(batch[HeaderBytes..], position, BinaryPrimitives.ReadInt64LittleEndian(batch[Sealed..]));
    }

    /// <summary>Goes through the entries of a batch.</summary>
    public ref struct BatchEntries(ReadOnlySpan<byte> rest, long position, long queuedAt)
    {
        private ReadOnlySpan<byte> rest = rest;

        /// <summary>When the first of them was queued, in milliseconds since 1970.</summary>
        public readonly long QueuedAt => queuedAt;

        public CustomerKey Key { get; private set; }

        public long Version { get; private set; }

        public EntryKind Kind { get; private set; }

        public ReadOnlySpan<byte> Turn { get; private set; }

        public bool MoveNext()
        {
            if (rest.IsEmpty)
            {
                return false;
            }

            if (rest[0] != EntryVersion)
            {
                throw new InvalidDataException($"An entry in batch {position} of the journal has the unknown format {rest[0]}.");
            }

            rest = rest[1..];
            if (!VarInt.TryRead(ref rest, out var keyId) || keyId > (ulong)EntryKind.ToSeal || rest.Length < KeyBytes)
            {
                throw Cut();
            }

            Kind = (EntryKind)keyId;
            Key = new CustomerKey(BinaryPrimitives.ReadUInt128BigEndian(rest));
            rest = rest[KeyBytes..];
            if (!VarInt.TryRead(ref rest, out var version) || !VarInt.TryRead(ref rest, out var length) || length > (ulong)rest.Length)
            {
                throw Cut();
            }

            Version = (long)version;
            Turn = rest[..(int)length];
            rest = rest[(int)length..];
            return true;
        }

        private readonly InvalidDataException Cut() => new($"An entry in batch {position} of the journal is cut off.");
    }
}

/// <summary>What the bytes of an entry are. The numbers are stored, as key ids.</summary>
internal enum EntryKind
{
    /// <summary>The turn's, in the clear.</summary>
    Clear = 0,

    /// <summary>An envelope under the customer's own key.</summary>
    Sealed = 1,

    /// <summary>The customer's key and the turn's bytes. Only in memory: sealed before it is stored.</summary>
    ToSeal = 2,
}
