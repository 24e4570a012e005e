using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Identity;

/// <summary>What a turn learns of who the customer is.</summary>
internal static class IdentityTurn
{
    /// <summary>The names that an interaction claims, and that are neither the customer's already nor refused.</summary>
    /// <param name="refused">Claims that can't be looked into are added.</param>
    public static ImmutableArray<Identifier> Claims(
        CustomerState state, TurnRequest request, InteractionRule? rule, IdentityRules rules, ref ImmutableArray<RefusedClaim> refused)
    {
        if (rule is null || rule.Identifies.IsEmpty)
        {
            return [];
        }

        var claims = ImmutableArray<Identifier>.Empty;
        foreach (var (property, kind) in rule.Identifies)
        {
            if (!request.Properties.TryGet(property, out var value) || value.Kind == PropertyKind.Truth)
            {
                continue;
            }

            var name = new Identifier(kind, value.ToString());
            if (name == request.Customer || state.Identity.Has(name) || claims.Contains(name) || Has(refused, name))
            {
                continue;
            }

            if (rules.Refuse(name) is { } reason)
            {
                refused = refused.Add(new RefusedClaim(name.Value.Length <= Limits.IdentifierValueBytes ? name : name with { Value = "" }, reason));
            }
            else
            {
                claims = claims.Add(name);
            }
        }

        return claims;
    }

    public static void Observe(in Draft draft, Detour? via, ImmutableArray<RefusedClaim> refused, Instant at)
    {
        if (via is not null)
        {
            draft.Emit(new CameBy(via.Key));
        }

        foreach (var claim in refused)
        {
            draft.Emit(new ClaimRefused(claim.Identifier, claim.Reason, at));
        }
    }

    private static bool Has(ImmutableArray<RefusedClaim> refused, Identifier name)
    {
        foreach (var claim in refused)
        {
            if (claim.Identifier == name)
            {
                return true;
            }
        }

        return false;
    }
}
