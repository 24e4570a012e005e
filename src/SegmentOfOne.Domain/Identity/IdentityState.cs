using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Identity;

/// <summary>The slice of a customer that says by which names it is known.</summary>
public sealed class IdentityState
{
    private readonly List<Identifier> identifiers = [];

    /// <summary>In the order in which they became known.</summary>
    public ReadOnlySpan<Identifier> Identifiers => CollectionsMarshal.AsSpan(identifiers);

    internal void Add(Identifier identifier) => identifiers.Add(identifier);

    internal void Clear() => identifiers.Clear();
}
