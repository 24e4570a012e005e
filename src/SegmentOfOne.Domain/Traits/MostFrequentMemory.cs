using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Traits;

/// <summary>The value that occurred most often; of equally frequent ones the one that occurred last, then the least.
/// <para>Exact while at most <see cref="Limits.TraitValues"/> different values came within one window. Beyond, the least frequent makes room, of equals
/// the one that occurred longest ago, and the newcomer takes over its counts (Space-Saving: Metwally, Agrawal and El Abbadi 2005). So a value is counted
/// too often by at most a sixteenth of the occurrences within the window at that time, and one that counts for more than a sixteenth of them never
/// makes room; what was taken over leaves with its slots.</para></summary>
public sealed class MostFrequentMemory : TraitMemory
{
    private readonly List<Row> rows = new(Limits.TraitValues);
    private readonly Stack<Row> spare = new(Limits.TraitValues);

    internal MostFrequentMemory()
        : base(TraitKind.MostFrequent)
    {
    }

    /// <summary>In order of value.</summary>
    internal ReadOnlySpan<Row> Rows => CollectionsMarshal.AsSpan(rows);

    public override bool TryValue(Instant at, out PropertyValue value)
    {
        var slots = SlotsAt(at);
        var (best, most) = (default(Row), 0L);
        foreach (var row in rows)
        {
            var count = CountOf(row, slots);
            if (count > most || (count == most && best is not null && row.Last > best.Last))
            {
                (best, most) = (row, count);
            }
        }

        value = best?.Value ?? default;
        return best is not null;
    }

    internal override void Add(PropertyValue value, Instant at)
    {
        if (!TryPlace(at, out var place))
        {
            return;
        }

        RemoveEmpty();
        var row = RowOf(value) ?? Insert(value, rows.Count < Limits.TraitValues ? NewRow() : Take(Least()));
        row.Counts[place] += row.Counts[place] < uint.MaxValue ? 1u : 0;
        row.Last = Instant.Later(row.Last, at);
    }

    internal override bool Holds(int place)
    {
        foreach (var row in rows)
        {
            if (row.Counts[place] > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A row after the others, whose counts the caller fills.</summary>
    internal Row AddRow(PropertyValue value, Instant last)
    {
        var row = NewRow();
        (row.Value, row.Last) = (value, last);
        rows.Add(row);
        return row;
    }

    private protected override void Forget()
    {
        while (rows.Count > 0)
        {
            Free(rows.Count - 1);
        }
    }

    private protected override void Drop(int place)
    {
        foreach (var row in rows)
        {
            row.Counts[place] = 0;
        }
    }

    private protected override void Absorb(TraitMemory other, int from, int to)
    {
        foreach (var theirs in ((MostFrequentMemory)other).rows)
        {
            if (theirs.Counts[from] > 0)
            {
                var row = RowOf(theirs.Value) ?? Insert(theirs.Value, NewRow());
                row.Counts[to] = (uint)Math.Min(uint.MaxValue, (ulong)row.Counts[to] + theirs.Counts[from]);
                row.Last = Instant.Later(row.Last, theirs.Last);
            }
        }
    }

    /// <summary>The least frequent of both together make room.</summary>
    private protected override void Absorbed(TraitMemory other)
    {
        RemoveEmpty();
        while (rows.Count > Limits.TraitValues)
        {
            Free(Least());
        }
    }

    private Row? RowOf(in PropertyValue value) => IndexOf(value) is var index and >= 0 ? rows[index] : null;

    private Row Insert(in PropertyValue value, Row row)
    {
        row.Value = value;
        rows.Insert(~IndexOf(value), row);
        return row;
    }

    private long CountOf(Row row, int slots)
    {
        var count = 0L;
        for (var age = 0; age < slots; age++)
        {
            count += row.Counts[PlaceOf(age)];
        }

        return count;
    }

    private void RemoveEmpty()
    {
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            if (!rows[i].Counts.AsSpan().ContainsAnyExcept(0u))
            {
                Free(i);
            }
        }
    }

    private int Least()
    {
        var (least, fewest) = (0, long.MaxValue);
        for (var i = 0; i < rows.Count; i++)
        {
            var count = CountOf(rows[i], Limits.TraitSlots);
            if (count < fewest || (count == fewest && rows[i].Last < rows[least].Last))
            {
                (least, fewest) = (i, count);
            }
        }

        return least;
    }

    private Row NewRow() => spare.Count > 0 ? spare.Pop() : new Row();

    private Row Take(int index)
    {
        var row = rows[index];
        rows.RemoveAt(index);
        return row;
    }

    private void Free(int index)
    {
        var row = Take(index);
        (row.Value, row.Last) = (default, Instant.Min);
        Array.Clear(row.Counts);
        spare.Push(row);
    }

    /// <summary>The place of a value, or the complement of where it would stand.</summary>
    private int IndexOf(in PropertyValue value)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var order = Occurrence.Compare(rows[i].Value, value);
            if (order >= 0)
            {
                return order == 0 ? i : ~i;
            }
        }

        return ~rows.Count;
    }

    /// <summary>A value, when it occurred last, and how often by slot.</summary>
    internal sealed class Row
    {
        public PropertyValue Value { get; set; }

        public Instant Last { get; set; } = Instant.Min;

        public uint[] Counts { get; } = new uint[Limits.TraitSlots];
    }
}
