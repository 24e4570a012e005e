using System.Globalization;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>Names the receipt of the decision <paramref name="Index"/> (from 0) of a customer's turn. As text key.version.index.</summary>
public readonly record struct ReceiptId(CustomerKey Key, long Version, int Index)
{
    /// <summary>No receipt's text has more bytes.</summary>
    public const int MostBytes = 32 + 1 + 20 + 1 + 11;

    public static bool TryParse(ReadOnlySpan<char> text, out ReceiptId id)
    {
        id = default;
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, '.') != 3
            || !CustomerKey.TryParse(text[parts[0]], out var key)
            || !long.TryParse(text[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || !int.TryParse(text[parts[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return false;
        }

        id = new ReceiptId(key, version, index);
        return true;
    }

    /// <summary>The text as ASCII, at most <see cref="MostBytes"/>.</summary>
    /// <returns>Its length.</returns>
    public int Format(Span<byte> text)
    {
        var length = Key.Format(text);
        text[length++] = (byte)'.';
        Version.TryFormat(text[length..], out var written, default, CultureInfo.InvariantCulture);
        length += written;
        text[length++] = (byte)'.';
        Index.TryFormat(text[length..], out written, default, CultureInfo.InvariantCulture);
        return length + written;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key}.{Version}.{Index}");
}
