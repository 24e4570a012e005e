using System.Diagnostics;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Traits;

/// <summary>What a turn adds to traits.</summary>
internal static class TraitTurn
{
    /// <summary>Lets an interaction count for the traits that are computed from its type. One without the property that a trait looks at, or
    /// with a value that doesn't fit it, doesn't count.</summary>
    public static void Observe(in Draft draft, Playbook playbook, TurnRequest request, Instant at)
    {
        foreach (var rule in playbook.TraitsOf(request.Type ?? ""))
        {
            if (TryValue(rule, request.Properties, out var value))
            {
                if (draft.State.Traits.Of(rule) is null)
                {
                    LetGo(draft, playbook);
                    draft.Emit(new TraitAdopted(rule.Name, rule.Kind, rule.WindowMilliseconds));
                }

                draft.Emit(new TraitGained(rule.Name, value, at));
            }
        }
    }

    /// <summary>Says what a trait is that journeys set. A value that doesn't fit (an empty text, a number that isn't finite) changes nothing.</summary>
    public static void Set(in Draft draft, Playbook playbook, TraitRule rule, PropertyValue value, Instant at)
    {
        if (!TryFit(rule.Kind, value, out var fitted))
        {
            return;
        }

        if (draft.State.Traits.Of(rule) is null)
        {
            LetGo(draft, playbook);
        }

        draft.Emit(new TraitSet(rule.Name, fitted, at));
    }

    /// <summary>Before another trait is remembered: what the playbook has no more, or has otherwise, is let go. So all that a customer
    /// remembers is never more than one playbook may ask for.</summary>
    private static void LetGo(in Draft draft, Playbook playbook)
    {
        var traits = draft.State.Traits;
        for (var i = traits.Traits.Length - 1; i >= 0; i--)
        {
            var known = traits.Traits[i];
            if (!playbook.TryTrait(known.Trait, out var rule) || !rule.Describes(known))
            {
                draft.Emit(new TraitAdopted(known.Trait, TraitKind.Set, 0));
            }
        }
    }

    private static bool TryValue(TraitRule rule, Properties properties, out PropertyValue value)
    {
        value = true;
        return rule.Property is null || (properties.TryGet(rule.Property, out var given) && TryFit(rule.Kind, given, out value));
    }

    /// <summary>The value as a trait remembers it. Of a text beyond <see cref="Limits.TraitTextLength"/> characters what is shown is cut and ends in an
    /// ellipsis, so two that begin alike are one; where only different ones are counted, its hash stands for it.</summary>
    private static bool TryFit(TraitKind kind, PropertyValue given, out PropertyValue value)
    {
        value = given;
        if (kind == TraitKind.Sum)
        {
            var spelt = PropertyReading.TryNumber(given, out var number) && Math.Abs(number) <= Limits.TraitNumber;
            value = number + 0.0;
            return spelt;
        }

        switch (given.Kind)
        {
            case PropertyKind.Number:
                // Minus zero is zero.
                value = given.Number + 0.0;
                return double.IsFinite(given.Number);
            case PropertyKind.Truth:
                return true;
            case PropertyKind.Text:
                if (given.Text.Length > Limits.TraitTextLength)
                {
                    value = kind == TraitKind.Distinct ? "#" + StableHash.Of(given).ToString("x16") : Cut(given.Text);
                }

                return given.Text.Length > 0;
            default:
                throw new UnreachableException($"property kind {given.Kind}");
        }
    }

    /// <summary>Never within a surrogate pair.</summary>
    private static string Cut(string text)
    {
        var length = Limits.TraitTextLength - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }
}
