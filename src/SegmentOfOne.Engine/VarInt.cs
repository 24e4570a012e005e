namespace SegmentOfOne.Engine;

/// <summary>Unsigned numbers in 1 to 10 bytes, seven bits each, the lowest first.</summary>
internal static class VarInt
{
    public const int MaxBytes = 10;

    /// <summary>Writes at the start of <paramref name="target"/>; the number of bytes written.</summary>
    public static int Write(Span<byte> target, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[length++] = (byte)(value | 0x80);
        }

        target[length++] = (byte)value;
        return length;
    }

    /// <summary>Takes a number from the start of <paramref name="source"/>; false when it ends too early or is too long.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (var i = 0; i < source.Length && i < MaxBytes; i++)
        {
            value |= (ulong)(source[i] & 0x7F) << (7 * i);
            if (source[i] < 0x80)
            {
                source = source[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
