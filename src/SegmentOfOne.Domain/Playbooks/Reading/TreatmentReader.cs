using System.Collections.Frozen;
using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>Reads the treatments of one action, with what their templates stand for.</summary>
internal static class TreatmentReader
{
    public static ImmutableArray<TreatmentRule> Read(List<Place> places)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return [.. places.ConvertAll(place => Treatment(place, ids))];
    }

    private static TreatmentRule Treatment(Place place, HashSet<string> ids)
    {
        var treatment = place.Object(FieldList.Treatment);
        var declared = treatment.Members("variables", PlaybookLimits.VariablesOfTreatment);
        var names = declared.ConvertAll(variable => variable.Key);
        return new TreatmentRule(
            treatment.NewId(ids, "treatment of this action"),
            treatment["when"]?.Condition(Reach.Moment),
            treatment.Members("content", PlaybookLimits.FieldsOfContent)
                .ToFrozenDictionary(field => field.Key, field => ContentOf(field, names), StringComparer.Ordinal),
            [.. declared.ConvertAll(VariableOf).OrderBy(variable => variable.Name, StringComparer.Ordinal)]);
    }

    private static VariableRule VariableOf(KeyValuePair<string, Place> declared)
    {
        declared.Value.IsId(declared.Key);
        var variable = declared.Value.Object(FieldList.Variable);
        var fallback = variable["fallback"]?.Text(PlaybookLimits.FallbackLength) ?? "";
        if (fallback.Length == 0)
        {
            variable["fallback"]?.Mistake(PlaybookErrorCode.InvalidText, "What is said where the value is missing can't be empty.");
        }

        return new VariableRule(
            declared.Key,
            variable["value"]?.Displayed(Reach.Moment) ?? ExpressionCompiler.Constant(0),
            variable["decimals"]?.Whole(0, PlaybookLimits.Decimals),
            fallback);
    }

    private static string ContentOf(KeyValuePair<string, Place> field, List<string> variables)
    {
        field.Value.IsId(field.Key);
        var content = field.Value.Text(PlaybookLimits.ContentLength);
        CheckTemplate(field.Value, content, variables);
        return content;
    }

    /// <summary>Double braces stand around the name of a variable and nowhere else: no helpers, no blocks, nothing unescaped.</summary>
    private static void CheckTemplate(Place place, string content, List<string> variables)
    {
        var rest = content.AsSpan();
        while (rest.IndexOf("{{") is var open and >= 0)
        {
            rest = rest[(open + 2)..];
            var close = rest.IndexOf("}}");
            var name = close < 0 ? "" : rest[..close].Trim().ToString();
            if (name.Length == 0 || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.'))
            {
                place.Mistake(PlaybookErrorCode.InvalidTemplate, "Double braces stand around the name of a variable, as in {{name}}, and nothing else.");
                return;
            }

            if (!variables.Contains(name))
            {
                place.Unknown(PlaybookErrorCode.UnknownVariable, $"The treatment declares no variable \"{Place.Shown(name)}\".", name, variables);
            }

            rest = rest[(close + 2)..];
        }
    }
}
