using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
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
        TemplateText.CheckName(declared.Value, declared.Key);
        var variable = declared.Value.Object(FieldList.Variable);
        var fallback = variable["fallback"]?.Text(PlaybookLimits.FallbackLength) ?? "";
        if (string.IsNullOrWhiteSpace(fallback))
        {
            variable["fallback"]?.Mistake(PlaybookErrorCode.InvalidText, "What is said where the value is missing can't be empty or blank.");
        }

        return new VariableRule(
            declared.Key,
            variable["value"]?.Displayed(Reach.Moment) ?? ExpressionCompiler.Constant(0),
            variable["decimals"]?.Whole(0, PlaybookLimits.Decimals),
            fallback);
    }

    /// <summary>A text is markup; where it is something else, that is said beside it.</summary>
    private static ContentRule ContentOf(KeyValuePair<string, Place> field, List<string> variables)
    {
        field.Value.IsId(field.Key);
        var (place, format) = (field.Value, ContentFormat.Html);
        if (place.Element.ValueKind == JsonValueKind.Object)
        {
            var content = place.Object(FieldList.Content);
            format = content["format"]?.OneOf(Words.ContentFormats, "format") ?? format;
            if (content["template"] is not { } template)
            {
                return new ContentRule("", format);
            }

            place = template;
        }

        var text = place.Text(PlaybookLimits.ContentLength);
        TemplateText.Check(place, text, variables);
        return new ContentRule(text, format);
    }
}
