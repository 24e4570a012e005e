using System.Collections.Frozen;
using SegmentOfOne.Domain.Identity;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What a kind of name says of whoever has it.</summary>
/// <param name="Priority">Of two customers the one with the name of the highest priority survives a merge.</param>
/// <param name="Limit">How many names of the kind one customer has.</param>
/// <param name="IsUnique">No two persons have the same: a proof that two known customers are one.</param>
/// <param name="IsAnonymous">It names a device or a visit, not a person.</param>
public sealed record IdentifierKind(int Priority, int Limit, bool IsUnique, bool IsAnonymous);

/// <summary>Who is who: kinds of names by kind, and values that name nobody in particular, whatever their case.</summary>
public sealed record IdentityRules(FrozenDictionary<string, IdentifierKind> Kinds, FrozenSet<string> Blocked)
{
    public static readonly IdentityRules None = new(FrozenDictionary<string, IdentifierKind>.Empty, FrozenSet<string>.Empty);

    /// <summary>Why a name can't be claimed at all; null: it can.</summary>
    internal ClaimRefusal? Refuse(Identifier name) =>
        name.Value.Length == 0 || name.Value.Length > Limits.IdentifierValueBytes || System.Text.Encoding.UTF8.GetByteCount(name.Value) > Limits.IdentifierValueBytes
            || !Kinds.ContainsKey(name.Kind) ? ClaimRefusal.NoName
        : Blocked.Contains(name.Value.Trim()) ? ClaimRefusal.Blocked
        : null;

    /// <summary>Whether two customers may become one because of a name that the one claims and the other has.</summary>
    /// <param name="claimed">The name; null: it was asked for by a person, who answers for it.</param>
    public ClaimRefusal? Refuse(CustomerState a, CustomerState b, Identifier? claimed)
    {
        if (claimed is not null && Refuse(claimed) is { } refusal)
        {
            return refusal;
        }

        foreach (var name in (Identifier[])[.. a.Identity.Identifiers, .. b.Identity.Identifiers])
        {
            if (Refuse(name) is { } nobody)
            {
                return nobody;
            }
        }

        return !HasRoom(a.Identity, b.Identity) ? ClaimRefusal.Limit
            : claimed is not null && IsKnown(a) && IsKnown(b) && !Kinds[claimed.Kind].IsUnique ? ClaimRefusal.Taken
            : null;
    }

    /// <summary>Whether the first of two customers survives their merge: the one with the name of the highest priority, then the one met earlier, then the
    /// lesser key.</summary>
    public bool Survives(CustomerState a, CustomerState b)
    {
        var (first, second) = (PriorityOf(a), PriorityOf(b));
        var (met, other) = (MetAt(a), MetAt(b));
        return first != second ? first > second : met != other ? met < other : a.Key.Value < b.Key.Value;
    }

    /// <summary>Whether the names of both are few enough for one.</summary>
    internal bool HasRoom(IdentityState a, IdentityState b)
    {
        var names = new List<Identifier>([.. a.Identifiers]);
        foreach (var name in b.Identifiers)
        {
            if (!names.Contains(name))
            {
                names.Add(name);
            }
        }

        if (names.Count > Limits.Identifiers || a.Parts.Length + b.Parts.Length + 1 > Limits.Identifiers)
        {
            return false;
        }

        foreach (var (kind, rule) in Kinds)
        {
            if (names.FindAll(name => name.Kind == kind).Count > rule.Limit)
            {
                return false;
            }
        }

        return true;
    }

    private static Instant MetAt(CustomerState state) => state.Version == 0 ? Instant.Max : state.Journey.Began;

    private int PriorityOf(CustomerState state)
    {
        var most = int.MinValue;
        foreach (var name in state.Identity.Identifiers)
        {
            most = Math.Max(most, Kinds.TryGetValue(name.Kind, out var kind) ? kind.Priority : int.MinValue);
        }

        return most;
    }

    private bool IsKnown(CustomerState state)
    {
        foreach (var name in state.Identity.Identifiers)
        {
            if (state.Version > 0 && Kinds.TryGetValue(name.Kind, out var kind) && !kind.IsAnonymous)
            {
                return true;
            }
        }

        return false;
    }
}
