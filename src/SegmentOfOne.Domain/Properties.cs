using System.Collections.Immutable;

namespace SegmentOfOne.Domain;

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

    /// <summary>These properties but for those of some names.</summary>
    public Properties Without(params ReadOnlySpan<string> names)
    {
        var kept = ImmutableArray.CreateBuilder<KeyValuePair<string, PropertyValue>>(sorted.Length);
        foreach (var entry in sorted)
        {
            if (!names.Contains(entry.Key))
            {
                kept.Add(entry);
            }
        }

        return kept.Count == sorted.Length ? this : FromSorted(kept.DrainToImmutable());
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
