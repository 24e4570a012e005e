using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace SegmentOfOne.Domain;

public enum PropertyKind : byte
{
    Text = 1,
    Number = 2,
    Truth = 3,
}

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

/// <summary>What an interaction says beside its type: names with values, unique, in ordinal order of name. Immutable.</summary>
public sealed class Properties : IEquatable<Properties>
{
    public static readonly Properties Empty = new([]);

    private readonly ImmutableArray<KeyValuePair<string, PropertyValue>> sorted;

    private Properties(ImmutableArray<KeyValuePair<string, PropertyValue>> sorted) => this.sorted = sorted;

    public int Count => sorted.Length;

    public KeyValuePair<string, PropertyValue> this[int index] => sorted[index];

    /// <summary>Sorts. Of two entries with one name the later wins.</summary>
    public static Properties Of(params ReadOnlySpan<(string Name, PropertyValue Value)> entries)
    {
        if (entries.IsEmpty)
        {
            return Empty;
        }

        var byName = new SortedList<string, PropertyValue>(entries.Length, StringComparer.Ordinal);
        foreach (var (name, value) in entries)
        {
            byName[name] = value;
        }

        return new Properties([.. byName]);
    }

    /// <summary>Takes entries as they are; they must be unique and in ordinal order of name.</summary>
    /// <exception cref="ArgumentException">They aren't.</exception>
    public static Properties FromSorted(ImmutableArray<KeyValuePair<string, PropertyValue>> sorted)
    {
        for (var i = 1; i < sorted.Length; i++)
        {
            if (string.CompareOrdinal(sorted[i - 1].Key, sorted[i].Key) >= 0)
            {
                throw new ArgumentException($"property {sorted[i].Key} is out of order", nameof(sorted));
            }
        }

        return sorted.IsEmpty ? Empty : new Properties(sorted);
    }

    public bool TryGet(string name, out PropertyValue value)
    {
        var index = IndexOf(name);
        value = index < 0 ? default : sorted[index].Value;
        return index >= 0;
    }

    /// <summary>The place of a name in order, or −1.</summary>
    public int IndexOf(string name)
    {
        int low = 0, high = sorted.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(sorted[middle].Key, name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    public bool Equals(Properties? other) => other is not null && sorted.AsSpan().SequenceEqual(other.sorted.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as Properties);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var (name, value) in sorted)
        {
            hash.Add(name);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public ImmutableArray<KeyValuePair<string, PropertyValue>>.Enumerator GetEnumerator() => sorted.GetEnumerator();
}
