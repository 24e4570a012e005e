using System.Diagnostics;
using System.Globalization;

namespace SegmentOfOne.Domain;

/// <summary>The value of a property: text, number or truth, closed by <see cref="Kind"/>. The default value is the empty text.</summary>
public readonly struct PropertyValue : IEquatable<PropertyValue>
{
    private readonly string? text;
    private readonly double number;
    private readonly PropertyKind kind;

    private PropertyValue(PropertyKind kind, string? text, double number)
    {
        this.kind = kind;
        this.text = text;
        this.number = number;
    }

    public PropertyKind Kind => kind == 0 ? PropertyKind.Text : kind;

    /// <summary>The text; empty unless this is text.</summary>
    public string Text => text ?? "";

    /// <summary>The number; 0 unless this is a number.</summary>
    public double Number => kind == PropertyKind.Number ? number : 0;

    /// <summary>The truth; false unless this is a truth.</summary>
    public bool Truth => kind == PropertyKind.Truth && number != 0;

    public static implicit operator PropertyValue(string text) => Of(text);

    public static implicit operator PropertyValue(double number) => Of(number);

    public static implicit operator PropertyValue(bool truth) => Of(truth);

    public static bool operator ==(PropertyValue left, PropertyValue right) => left.Equals(right);

    public static bool operator !=(PropertyValue left, PropertyValue right) => !left.Equals(right);

    public static PropertyValue Of(string text) => new(PropertyKind.Text, text, 0);

    public static PropertyValue Of(double number) => new(PropertyKind.Number, null, number);

    public static PropertyValue Of(bool truth) => new(PropertyKind.Truth, null, truth ? 1 : 0);

    public bool Equals(PropertyValue other) =>
        Kind == other.Kind && Text == other.Text && BitConverter.DoubleToInt64Bits(number) == BitConverter.DoubleToInt64Bits(other.number);

    public override bool Equals(object? obj) => obj is PropertyValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Kind, Text, number);

    public override string ToString() => Kind switch
    {
        PropertyKind.Text => Text,
        PropertyKind.Number => number.ToString("R", CultureInfo.InvariantCulture),
        PropertyKind.Truth => Truth ? "true" : "false",
        _ => throw new UnreachableException($"property kind {kind}"),
    };
}
