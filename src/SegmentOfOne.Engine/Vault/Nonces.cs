using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SegmentOfOne.Engine.Vault;

/// <summary>
/// Nonces for AES-GCM: 96 bits that count up from a random start. A customer's version would be the shorter one, but after a commit that failed
/// the same version may be encrypted again with other content, and a nonce used twice under one key gives both away. A start of one's own for
/// each thread and process makes two of them no likelier to meet than random numbers are, and one thread's never do: and counting takes
/// nanoseconds where drawing takes a microsecond. Used by one thread at a time.
/// </summary>
internal sealed class Nonces
{
    public const int Bytes = 12;

    private ulong _low;
    private uint _high;

    public Nonces()
    {
        Span<byte> start = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(start);
        _low = BinaryPrimitives.ReadUInt64LittleEndian(start);
        _high = MemoryMarshal.Read<uint>(start[sizeof(ulong)..]);
    }

    public void Next(Span<byte> nonce)
    {
        if (++_low == 0)
        {
            _high++;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(nonce, _low);
        BinaryPrimitives.WriteUInt32LittleEndian(nonce[sizeof(ulong)..], _high);
    }
}
