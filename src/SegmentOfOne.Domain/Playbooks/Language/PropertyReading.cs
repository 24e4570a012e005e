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

    /// <summary>The decimal that a text spells exactly, or the shortest one that reads back as the same double; <see cref="AmountNode.Beyond"/>
    /// where that exceeds the bound, or has more digits than a decimal holds. False for what is no decimal.</summary>
    public static bool TryAmount(in PropertyValue value, out decimal amount)
    {
        amount = AmountNode.Beyond;
        switch (value.Kind)
        {
            case PropertyKind.Text when value.Text.Length <= LongestDecimal && decimal.TryParse(value.Text, Plain, CultureInfo.InvariantCulture, out var spelt):
                amount = AmountNode.Bounded(spelt);
                return true;
            case PropertyKind.Text:
                return IsPlain(value.Text);
            case PropertyKind.Number:
                Span<char> digits = stackalloc char[LongestDouble];
                if (value.Number.TryFormat(digits, out var length, "R", CultureInfo.InvariantCulture)
                    && decimal.TryParse(digits[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out var shortest))
                {
                    amount = AmountNode.Bounded(shortest);
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>A sign or none, digits, and a point or none.</summary>
    private static bool IsPlain(string text)
    {
        var digits = text.AsSpan(text is ['+' or '-', ..] ? 1 : 0);
        var point = digits.IndexOf('.');
        var fraction = point < 0 ? default : digits[(point + 1)..];
        return digits.ContainsAnyInRange('0', '9') && !(point < 0 ? digits : digits[..point]).ContainsAnyExceptInRange('0', '9') && !fraction.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>A truth, or the text "true" or "false".</summary>
    public static bool TryTruth(in PropertyValue value, out bool truth)
    {
        truth = value.Kind == PropertyKind.Text ? value.Text == "true" : value.Truth;
        return value.Kind == PropertyKind.Truth || (value.Kind == PropertyKind.Text && value.Text is "true" or "false");
    }
}
