using System.Diagnostics;

namespace SegmentOfOne.Domain.Traits;

/// <summary>A value, and when it occurred.</summary>
internal readonly record struct Occurrence(PropertyValue Value, Instant At)
{
    /// <summary>Whether this one occurred before; of two at one time, the one whose value comes first.</summary>
    public bool IsBefore(in Occurrence other) => At != other.At ? At < other.At : Compare(Value, other.Value) < 0;

    /// <summary>An order among all values: texts by their characters, then numbers, then truths.</summary>
    public static int Compare(in PropertyValue a, in PropertyValue b) => a.Kind != b.Kind
        ? a.Kind.CompareTo(b.Kind)
        : a.Kind switch
        {
            PropertyKind.Text => string.CompareOrdinal(a.Text, b.Text),
            PropertyKind.Number => a.Number.CompareTo(b.Number),
            PropertyKind.Truth => a.Truth.CompareTo(b.Truth),
            _ => throw new UnreachableException($"property kind {a.Kind}"),
        };
}
