using System.Globalization;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Reads a property as the kind that an expression needs.</summary>
internal static class PropertyReading
{
    private const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>A sign, a point and 28 digits: all of them fit a decimal.</summary>
    private const int LongestDecimal = 30;

    /// <summary>Characters of the longest double in its shortest round-trip form.</summary>
    private const int LongestDouble = 32;

    /// <summary>A finite number, or a text that is one in plain digits, such as "-12.50".</summary>
    public static bool TryNumber(in PropertyValue value, out double number)
    {
        number = value.Kind == PropertyKind.Number ? value.Number : 0;
        return value.Kind switch
        {
            PropertyKind.Number => true,
            PropertyKind.Text => value.Text.Length <= LongestDecimal && double.TryParse(value.Text, Plain, CultureInfo.InvariantCulture, out number),
            _ => false,
        } && double.IsFinite(number);
    }

    /// <summary>The decimal that a text spells exactly, or the shortest one that reads back as the same double;
    /// false beyond <see cref="PlaybookLimits.Amount"/>.</summary>
    public static bool TryAmount(in PropertyValue value, out decimal amount)
    {
        amount = 0;
        Span<char> digits = stackalloc char[LongestDouble];
        var read = value.Kind switch
        {
            PropertyKind.Text => value.Text.Length <= LongestDecimal && decimal.TryParse(value.Text, Plain, CultureInfo.InvariantCulture, out amount),
            PropertyKind.Number => value.Number.TryFormat(digits, out var length, "R", CultureInfo.InvariantCulture)
                && decimal.TryParse(digits[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out amount),
            _ => false,
        };
        return read && Math.Abs(amount) <= PlaybookLimits.Amount;
    }

    /// <summary>A truth, or the text "true" or "false".</summary>
    public static bool TryTruth(in PropertyValue value, out bool truth)
    {
        truth = value.Kind == PropertyKind.Text ? value.Text == "true" : value.Truth;
        return value.Kind == PropertyKind.Truth || (value.Kind == PropertyKind.Text && value.Text is "true" or "false");
    }
}
