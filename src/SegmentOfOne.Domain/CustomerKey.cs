using System.Buffers;
using System.Globalization;

namespace SegmentOfOne.Domain;

/// <summary>What names a customer for ever: 128 bits, derived outside the domain from the first identifier.
/// As text 32 lower-case hexadecimal digits.</summary>
public readonly record struct CustomerKey(UInt128 Value)
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static bool TryParse(ReadOnlySpan<char> text, out CustomerKey key)
    {
        key = default;
        if (text.Length != 32 || text.ContainsAnyExcept(Digits))
        {
            return false;
        }

        key = new CustomerKey(UInt128.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>The same text as 32 bytes of ASCII.</summary>
    /// <returns>Its length.</returns>
    public int Format(Span<byte> text)
    {
        ((ulong)(Value >> 64)).TryFormat(text, out var half, "x16", CultureInfo.InvariantCulture);
        ((ulong)Value).TryFormat(text[half..], out var rest, "x16", CultureInfo.InvariantCulture);
        return half + rest;
    }

    public override string ToString() => string.Create(32, Value, static (text, value) =>
    {
        ((ulong)(value >> 64)).TryFormat(text, out var half, "x16", CultureInfo.InvariantCulture);
        ((ulong)value).TryFormat(text[half..], out _, "x16", CultureInfo.InvariantCulture);
    });
}
