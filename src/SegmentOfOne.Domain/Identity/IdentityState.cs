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

    /// <summary>Parts given back that aren't known yet to live again.</summary>
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

    internal void Add(GivenUp given) => givenUp.Add(given);

    /// <summary>Takes over the names and parts of a customer that becomes part of this one.</summary>
    internal void Take(IdentityState other, CustomerKey otherKey, CustomerKey own, long version)
    {
        foreach (var identifier in other.identifiers)
        {
            if (!identifiers.Contains(identifier))
            {
                identifiers.Add(identifier);
            }
        }

        parts.Add(new Part(otherKey, own, version));
        foreach (var part in other.parts)
        {
            parts.Add(part with { Version = version });
        }

        Forget(otherKey);
    }

    /// <summary>A part that was given back is known to live again, or is taken anew.</summary>
    internal void Forget(CustomerKey key) => givenUp.RemoveAll(given => given.Key == key);

    internal void Clear()
    {
        identifiers.Clear();
        parts.Clear();
        givenUp.Clear();
        Redirect = null;
    }
}
