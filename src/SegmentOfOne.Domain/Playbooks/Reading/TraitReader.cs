using System.Collections.Immutable;
using System.Text.Json;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Playbooks.Reading;

internal static class TraitReader
{
    private static readonly ImmutableArray<(string Field, TraitKind Kind)> Kinds =
    [
        ("count", TraitKind.Count), ("sum", TraitKind.Sum), ("last", TraitKind.Last), ("first", TraitKind.First),
        ("most_frequent", TraitKind.MostFrequent), ("distinct", TraitKind.Distinct), ("set", TraitKind.Set),
    ];

    /// <summary>In ordinal order of name.</summary>
    public static ImmutableArray<TraitRule> Read(Place? traits)
    {
        if (traits is not { } place)
        {
            return [];
        }

        ImmutableArray<TraitRule> rules = [.. place.Members(PlaybookLimits.Traits)
            .ConvertAll(member => Trait(member.Key, member.Value))
            .OrderBy(rule => rule.Name, StringComparer.Ordinal)];
        var bytes = rules.Sum(rule => rule.MostBytes);
        if (bytes > PlaybookLimits.BytesOfTraits)
        {
            place.Mistake(PlaybookErrorCode.TooMany, $"These traits can take {bytes} bytes of a customer; at most {PlaybookLimits.BytesOfTraits} are allowed. What takes most is \"most_frequent\", and \"first\" within a window.");
        }

        return rules;
    }

    private static TraitRule Trait(string name, Place place)
    {
        place.IsId(name);
        var trait = place.Object(FieldList.Trait);
        var description = trait["description"]?.Text(PlaybookLimits.DescriptionLength) ?? "";
        var said = Kinds.RemoveAll(each => !trait.Has(each.Field));
        if (said.Length != 1)
        {
            Unsure(place, trait, said);
            return new TraitRule(name, description, TraitKind.Set, [], null, null);
        }

        var (field, kind) = said[0];
        var property = Property(trait[field]!.Value, kind);
        if (kind == TraitKind.Set)
        {
            Excluded(trait["of"]);
            Excluded(trait["within"]);
            return new TraitRule(name, description, kind, [], null, null);
        }

        if (!trait.Has("of"))
        {
            place.Mistake(PlaybookErrorCode.MissingField, "The field \"of\" is missing: it lists the interactions from which the trait is computed.");
        }

        return new TraitRule(
            name,
            description,
            kind,
            Types(trait["of"]),
            property,
            trait["within"]?.Duration(PlaybookLimits.ShortestTraitWindow, PlaybookLimits.LongestDuration));
    }

    private static void Unsure(Place place, PlaceObject trait, ImmutableArray<(string Field, TraitKind Kind)> said)
    {
        if (said.IsEmpty && place.Element.ValueKind == JsonValueKind.Object)
        {
            place.Mistake(PlaybookErrorCode.MissingField, $"A trait says how it is computed: {string.Join(", ", Kinds.Select(kind => $"\"{kind.Field}\""))}.");
        }

        foreach (var (field, _) in said.Skip(1))
        {
            trait[field]!.Value.Mistake(PlaybookErrorCode.Contradiction, $"A trait is computed in one way; this one is \"{said[0].Field}\" already.");
        }
    }

    /// <summary>The property that a trait looks at; null where the field only says the way, by true.</summary>
    private static string? Property(Place place, TraitKind kind)
    {
        if (kind is not (TraitKind.Count or TraitKind.Set))
        {
            return place.Term(Limits.PropertyNameBytes);
        }

        if (place.Element.ValueKind == JsonValueKind.False)
        {
            place.Mistake(PlaybookErrorCode.UnknownValue, "Here only true can stand.");
        }
        else
        {
            place.Truth();
        }

        return null;
    }

    private static ImmutableArray<string> Types(Place? of)
    {
        var types = ImmutableArray.CreateBuilder<string>();
        foreach (var place in of?.Items(PlaybookLimits.TypesOfTrait) ?? [])
        {
            var type = place.Declared(place.Report.Names.Types, "interaction", PlaybookErrorCode.UnknownInteraction);
            if (types.Contains(type))
            {
                place.Mistake(PlaybookErrorCode.DuplicateName, "This interaction is named twice.");
                continue;
            }

            types.Add(type);
        }

        if (types.Count == 0 && of is { Element.ValueKind: JsonValueKind.Array } list)
        {
            list.Mistake(PlaybookErrorCode.Unreachable, "A trait is computed from at least one interaction.");
        }

        return types.DrainToImmutable();
    }

    private static void Excluded(Place? field) =>
        field?.Mistake(PlaybookErrorCode.Contradiction, "A trait that journeys set is not computed from interactions.");
}
