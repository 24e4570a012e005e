using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Identity;

/// <summary>The slice of a customer that says by which names it is known, which customers are part of it, and whether it is part of one itself.</summary>
public sealed class IdentityState
{
    private readonly List<Identifier> identifiers = [];
    private readonly List<Part> parts = [];
    private readonly List<GivenUp> givenUp = [];

    /// <summary>In the order in which they became known, those of its parts included; at most <see cref="Limits.Identifiers"/>.</summary>
    public ReadOnlySpan<Identifier> Identifiers => CollectionsMarshal.AsSpan(identifiers);

    /// <summary>The customers that are part of it, those of its parts included; at most <see cref="Limits.Identifiers"/>.</summary>
    public ReadOnlySpan<Part> Parts => CollectionsMarshal.AsSpan(parts);

    /// <summary>Parts given back, the latest at the end; at most <see cref="Limits.Identifiers"/>, then the one longest known to live again leaves.</summary>
    public ReadOnlySpan<GivenUp> GivenUp => CollectionsMarshal.AsSpan(givenUp);

    /// <summary>Who answers for it; null: it does itself.</summary>
    public Redirect? Redirect { get; internal set; }

    internal bool IsPlain => parts.Count == 0 && givenUp.Count == 0 && Redirect is null;

    public bool Has(Identifier identifier) => identifiers.Contains(identifier);

    public Part? PartOf(CustomerKey key)
    {
        foreach (var part in parts)
        {
            if (part.Key == key)
            {
                return part;
            }
        }

        return null;
    }

    public GivenUp? GivenUpOf(CustomerKey key)
    {
        foreach (var given in givenUp)
        {
            if (given.Key == key)
            {
                return given;
            }
        }

        return null;
    }

    internal void Add(Identifier identifier) => identifiers.Add(identifier);

    internal void Add(Part part) => parts.Add(part);

    /// <summary>Of parts that were given back twice the latest counts.</summary>
    internal void Add(GivenUp given)
    {
        if (GivenUpOf(given.Key) is { } before && before.Given > given.Given)
        {
            return;
        }

        givenUp.RemoveAll(one => one.Key == given.Key);
        if (givenUp.Count == Limits.Identifiers)
        {
            givenUp.RemoveAt(Math.Max(0, givenUp.FindIndex(one => one.IsSettled)));
        }

        givenUp.Add(given);
    }

    /// <summary>Takes over the names and parts of a customer that becomes part of this one.</summary>
    /// <param name="given">The other's turn by which it gave itself.</param>
    internal void Take(IdentityState other, CustomerKey otherKey, long given, CustomerKey own, long version)
    {
        foreach (var identifier in other.identifiers)
        {
            if (!identifiers.Contains(identifier))
            {
                identifiers.Add(identifier);
            }
        }

        parts.Add(new Part(otherKey, own, version, given));
        foreach (var part in other.parts)
        {
            parts.Add(part with { Version = version });
        }

        foreach (var up in other.givenUp)
        {
            Add(up);
        }
    }

    /// <summary>A part that was given back by that turn is known to live again.</summary>
    internal void Settle(CustomerKey key)
    {
        foreach (ref var given in CollectionsMarshal.AsSpan(givenUp))
        {
            given = given.Key == key ? given with { IsSettled = true } : given;
        }
    }

    internal void Clear()
    {
        identifiers.Clear();
        parts.Clear();
        givenUp.Clear();
        Redirect = null;
    }
}
