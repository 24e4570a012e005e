using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Vault;

/// <summary>
/// The key of one customer: 256 random bits, which everything that is stored of it is encrypted under. It is drawn, not derived from another
/// key: one that could be derived again could not be destroyed. The default is none: what has none is stored in the clear.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly record struct CustomerSecret
{
    public const int Bytes = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    public bool IsNone => (_a | _b | _c | _d) == 0;

    public static CustomerSecret New()
    {
        var secret = default(CustomerSecret);
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<CustomerSecret>(ref secret)));
        return secret;
    }

    public static CustomerSecret Of(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<CustomerSecret>(bytes);

    public void CopyTo(Span<byte> bytes) => MemoryMarshal.Write(bytes, this);

    /// <summary>Nothing that a log could show.</summary>
    public override string ToString() => IsNone ? "none" : "secret";
}

/// <summary>A key that was drawn for a customer and is yet to be kept in the vault.</summary>
internal readonly record struct NewSecret(CustomerKey Customer, CustomerSecret Secret);

/// <summary>What the vault says of a customer.</summary>
/// <param name="Secret">Its key; none: it has none.</param>
/// <param name="IsErased">It was erased: it has no key, and gets none any more.</param>
internal readonly record struct Held(CustomerSecret Secret, bool IsErased);
