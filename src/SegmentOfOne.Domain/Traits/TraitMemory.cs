using System.Diagnostics;

namespace SegmentOfOne.Domain.Traits;

/// <summary>What is remembered of one trait of a customer. Closed: each way of computing has its own.
/// <para>A rolling window is made of slots, each a thirty-second of it, aligned to 1970. An occurrence counts as if it had happened at the beginning
/// of its slot: it leaves the window too early by less than a thirty-second of it, and never too late. Without a window there is one slot without
/// end, and nothing leaves. Slots that can't count any more at the latest occurrence are dropped. The order in which occurrences become known makes
/// no difference.</para></summary>
public abstract class TraitMemory
{
    private protected TraitMemory(TraitKind kind) => Kind = kind;

    public string Trait { get; private set; } = "";

    public TraitKind Kind { get; }

    /// <summary>How far back occurrences count, in milliseconds; 0: ever.</summary>
    public long Window { get; private set; }

    /// <summary>Whether nothing has occurred yet.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The number of the slot of the latest occurrence; 0 without a window.</summary>
    internal long Newest { get; private set; }

    /// <summary>The length of a slot in milliseconds: 32 of them are the window, or less than 32 ms longer.</summary>
    private long Width => ((Window - 1) / Limits.TraitSlots) + 1;

    internal static TraitMemory Of(TraitKind kind) => kind switch
    {
        TraitKind.Count => new CountMemory(),
        TraitKind.Sum => new SumMemory(),
        TraitKind.Last or TraitKind.Set => new LastMemory(kind),
        TraitKind.First => new FirstMemory(),
        TraitKind.MostFrequent => new MostFrequentMemory(),
        TraitKind.Distinct => new DistinctMemory(),
        _ => throw new UnreachableException($"kind {kind}"),
    };

    /// <summary>The number at a time; 0 when nothing counts, and of what is no number. What happened later than that time counts too.</summary>
    public virtual double Number(Instant at) => 0;

    /// <summary>The value at a time; false when nothing counts, and of what is only a number.</summary>
    public virtual bool TryValue(Instant at, out PropertyValue value)
    {
        value = default;
        return false;
    }

    /// <summary>When it may change next, later than a time, though nothing happens: the end of the oldest slot that counts then. Between two such
    /// times nothing changes. Null: never.</summary>
    public virtual Instant? NextChange(Instant at)
    {
        if (Window == 0)
        {
            return null;
        }

        for (var age = SlotsAt(at) - 1; age >= 0; age--)
        {
            if (Holds(PlaceOf(age)))
            {
                return new Instant(unchecked(((Newest - age) * Width) + Window));
            }
        }

        return null;
    }

    internal abstract void Add(PropertyValue value, Instant at);

    /// <summary>Adds what another memory of the same trait remembers.</summary>
    internal virtual void Absorb(TraitMemory other)
    {
        if (other.IsEmpty)
        {
            return;
        }

        TryPlace(other.Newest, out _);
        for (var age = Limits.TraitSlots - 1; age >= 0; age--)
        {
            if (other.Holds(other.PlaceOf(age)) && TryPlace(unchecked(other.Newest - age), out var place))
            {
                Absorb(other, other.PlaceOf(age), place);
            }
        }

        Absorbed(other);
    }

    /// <summary>Begins anew, as a trait of this name that is computed over this window.</summary>
    internal void Begin(string trait, long window)
    {
        (Trait, Window, Newest, IsEmpty) = (trait, window, 0, true);
        Forget();
    }

    internal void Restore(long newest) => (Newest, IsEmpty) = (newest, false);

    /// <summary>The number of the slot in which something happens.</summary>
    internal long SlotOf(Instant at) => Window == 0 ? 0 : Quotient(at.UnixMilliseconds, Width);

    /// <summary>Where the slot stands that is so many before the newest.</summary>
    internal int PlaceOf(int age) => (int)((Newest - age) & (Limits.TraitSlots - 1));

    /// <summary>Whether a slot has something.</summary>
    internal abstract bool Holds(int place);

    /// <summary>Empties everything.</summary>
    private protected abstract void Forget();

    /// <summary>Empties a slot.</summary>
    private protected abstract void Drop(int place);

    /// <summary>Adds a slot of another memory of the same kind to one of this.</summary>
    private protected virtual void Absorb(TraitMemory other, int from, int to)
    {
    }

    /// <summary>Every slot was added.</summary>
    private protected virtual void Absorbed(TraitMemory other)
    {
    }

    /// <summary>How many slots count at a time, from the newest back.</summary>
    private protected int SlotsAt(Instant at) =>
        IsEmpty ? 0
        : Window == 0 ? 1
        : (int)Math.Clamp(unchecked(Newest - Quotient(at.UnixMilliseconds - Window, Width)), 0, Limits.TraitSlots);

    /// <summary>Where an occurrence belongs, after dropping what no longer counts then; false when it is itself too old to count.</summary>
    private protected bool TryPlace(Instant at, out int place) => TryPlace(SlotOf(at), out place);

    private bool TryPlace(long slot, out int place)
    {
        place = (int)(slot & (Limits.TraitSlots - 1));
        if (!IsEmpty && slot <= Newest)
        {
            return unchecked((ulong)(Newest - slot)) < Limits.TraitSlots;
        }

        if (!IsEmpty)
        {
            var passed = Math.Min(unchecked((ulong)(slot - Newest)), Limits.TraitSlots);
            for (var i = 0; i < (int)passed; i++)
            {
                Drop((int)((slot - i) & (Limits.TraitSlots - 1)));
            }
        }

        Restore(slot);
        return true;
    }

    private static long Quotient(long number, long divisor) => (number / divisor) - (number % divisor < 0 ? 1 : 0);
}
