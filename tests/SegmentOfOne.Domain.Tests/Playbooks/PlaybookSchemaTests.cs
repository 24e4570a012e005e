using System.Text.Json;
using SegmentOfOne.Domain.Playbooks;
using Language = SegmentOfOne.Domain.Playbooks.Language.Words;
using SegmentOfOne.Domain.Playbooks.Reading;

namespace SegmentOfOne.Domain.Tests.Playbooks;

public sealed class PlaybookSchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(Playbook.Schema).RootElement;

    public static TheoryData<string> Objects => [.. FieldList.All.Select(fields => fields.Name)];

    /// <summary>Numbers that schema and parser must both have.</summary>
    public static TheoryData<string, double> Bounds => new()
    {
        { "properties/interactions/maxProperties", PlaybookLimits.Interactions },
        { "properties/placements/maxProperties", PlaybookLimits.Placements },
        { "properties/actions/maxItems", PlaybookLimits.Actions },
        { "$defs/journey/properties/back/maxItems", PlaybookLimits.BackRules },
        { "$defs/placement/properties/channels/maxItems", PlaybookLimits.ChannelsOfPlacement },
        { "$defs/channel/maxLength", Limits.ChannelBytes },
        { "$defs/interaction/properties/evidence/maxItems", Language.Evidences.Count },
        { "$defs/action/properties/placements/maxItems", PlaybookLimits.PlacementsOfAction },
        { "$defs/action/properties/context/maxItems", PlaybookLimits.ContextWeightsOfAction },
        { "$defs/action/properties/levers/maxProperties", PlaybookLimits.LeversOfAction },
        { "$defs/action/properties/treatments/maxItems", PlaybookLimits.TreatmentsOfAction },
        { "$defs/action/properties/value/oneOf/0/maximum", PlaybookLimits.Value },
        { "$defs/treatment/properties/content/maxProperties", PlaybookLimits.FieldsOfContent },
        { "$defs/template/maxLength", PlaybookLimits.ContentLength },
        { "$defs/score/properties/kappa/maximum", PlaybookLimits.Kappa },
        { "$defs/weight/oneOf/0/maximum", PlaybookLimits.Weight },
        { "$defs/signed_weight/oneOf/0/minimum", -PlaybookLimits.Weight },
        { "$defs/percent/maximum", PlaybookLimits.Percent },
        { "properties/channels/maxItems", PlaybookLimits.Channels },
        { "$defs/action/properties/channels/maxItems", PlaybookLimits.ChannelsOfPlacement },
        { "$defs/action/properties/expected_intimacy_change/oneOf/0/maximum", PlaybookLimits.IntimacyChange },
        { "$defs/location_weight/properties/fences/maxItems", PlaybookLimits.Fences },
        { "$defs/treatment/properties/variables/maxProperties", PlaybookLimits.VariablesOfTreatment },
        { "$defs/variable/properties/fallback/maxLength", PlaybookLimits.FallbackLength },
        { "$defs/variable/properties/decimals/maximum", PlaybookLimits.Decimals },
        { "$defs/care/properties/gamma/maximum", PlaybookLimits.Gamma },
        { "$defs/care/properties/lifetime_value/oneOf/0/maximum", PlaybookLimits.Value },
        { "$defs/contact/properties/quiet_hours/maxItems", PlaybookLimits.QuietHours },
        { "$defs/contact/properties/caps/maxItems", PlaybookLimits.Caps },
        { "$defs/cap/properties/limit/maximum", Limits.Touches },
        { "$defs/sale_share/properties/touches/maximum", Limits.Touches },
        { "$defs/trust/properties/care/maximum", PlaybookLimits.Gamma },
        { "$defs/trust/properties/sale/minimum", -PlaybookLimits.Gamma },
        { "$defs/intent/properties/types/maxItems", PlaybookLimits.IntentTypes },
        { "$defs/intent/properties/evidence/maxItems", Language.Evidences.Count },
        { "$defs/consent/properties/purposes/maxItems", Language.Purposes.Count },
        { "$defs/consent/properties/channels/maxItems", PlaybookLimits.Channels },
        { "properties/segments/maxProperties", PlaybookLimits.Segments },
        { "$defs/location/properties/fences/maxItems", PlaybookLimits.Fences },
        { "$defs/fence/properties/radius_meters/minimum", PlaybookLimits.SmallestRadius },
        { "$defs/fence/properties/radius_meters/maximum", PlaybookLimits.LargestRadius },
        { "$defs/open/properties/hours/maxItems", PlaybookLimits.OpenHours },
        { "$defs/open_hours/properties/days/maxItems", Language.Days.Count },
        { "properties/traits/maxProperties", PlaybookLimits.Traits },
        { "$defs/identity/properties/kinds/maxProperties", PlaybookLimits.IdentifierKinds },
        { "$defs/identity/properties/blocked/maxItems", PlaybookLimits.BlockedValues },
        { "$defs/identifier_kind/properties/priority/maximum", PlaybookLimits.Priority },
        { "$defs/identifier_kind/properties/limit/maximum", Limits.Identifiers },
        { "$defs/interaction/properties/identifies/maxProperties", PlaybookLimits.Identifies },
        { "$defs/trait/properties/of/maxItems", PlaybookLimits.TypesOfTrait },
        { "$defs/term/maxLength", Limits.TypeBytes },
        { "$defs/property/maxLength", Limits.PropertyNameBytes },
        { "$defs/description/maxLength", PlaybookLimits.DescriptionLength },
        { "$defs/expression/maxLength", PlaybookLimits.ExpressionLength },
    };

    [Theory]
    [MemberData(nameof(Objects))]
    public void Parser_and_schema_know_the_same_fields(string name)
    {
        var fields = FieldList.All.Single(fields => fields.Name == name);
        var definition = name == FieldList.Playbook.Name ? Schema : Schema.GetProperty("$defs").GetProperty(name);

        definition.GetProperty("properties").EnumerateObject().Select(property => property.Name)
            .ShouldBe(fields.Fields, ignoreOrder: true);
        Words(definition, "required").ShouldBe(fields.Required, ignoreOrder: true);
        definition.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void Every_object_of_the_schema_is_one_that_the_parser_reads()
    {
        Schema.GetProperty("$defs").EnumerateObject()
            .Where(definition => definition.Value.TryGetProperty("properties", out _))
            .Select(definition => definition.Name)
            .ShouldBe(FieldList.All.Select(fields => fields.Name).Where(name => name != FieldList.Playbook.Name), ignoreOrder: true);
    }

    [Fact]
    public void Parser_and_schema_know_the_same_words()
    {
        var definitions = Schema.GetProperty("$defs");
        Words(At(Schema, "$defs/evidence"), "enum").ShouldBe(Language.Evidences.Keys, ignoreOrder: true);
        Words(At(Schema, "$defs/episode/properties/phase"), "enum").ShouldBe(Language.Phases.Keys, ignoreOrder: true);
        Words(At(Schema, "$defs/interaction/properties/report"), "enum").ShouldBe(Language.Reports.Keys, ignoreOrder: true);
        Words(At(Schema, "$defs/interaction/properties/consent"), "enum").ShouldBe(Language.ConsentStatements.Keys, ignoreOrder: true);
        Words(At(Schema, "$defs/placement/properties/direction"), "enum").ShouldBe(Language.Directions.Keys, ignoreOrder: true);
        Words(At(Schema, "$defs/cap/properties/direction"), "enum").ShouldBe(Language.Directions.Keys, ignoreOrder: true);
        Words(At(Schema, "$defs/content/properties/format"), "enum").ShouldBe(Language.ContentFormats.Keys, ignoreOrder: true);
        Words(At(Schema, "$defs/cap/properties/scope"), "enum").ShouldBe(Language.CapScopes.Keys, ignoreOrder: true);
        Words(At(Schema, "$defs/open_hours/properties/days/items"), "enum").ShouldBe(Language.Days.Keys, ignoreOrder: true);
        Words(At(Schema, "$defs/percentile/properties/score"), "enum").ShouldBe(Language.RankedScores.Keys, ignoreOrder: true);
        Words(definitions.GetProperty("purpose"), "enum").ShouldBe(Language.Purposes.Keys, ignoreOrder: true);
        Words(definitions.GetProperty("stage"), "enum").ShouldBe(Language.Rungs.Keys, ignoreOrder: true);
        FieldList.Forward.Optional.ShouldBe(Language.Rungs.Keys, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Bounds))]
    public void Parser_and_schema_have_the_same_bounds(string place, double bound)
    {
        At(Schema, place).GetDouble().ShouldBe(bound);
    }

    [Fact]
    public void The_schema_names_no_host()
    {
        Schema.GetProperty("$id").GetString().ShouldStartWith("urn:");
    }

    [Fact]
    public void The_default_playbook_satisfies_the_schema()
    {
        using var document = JsonDocument.Parse(Playbook.DefaultSource);
        new TinySchema(Schema).Check(document.RootElement).ShouldBeEmpty();
    }

    [Fact]
    public void The_tiny_playbook_satisfies_the_schema()
    {
        using var document = JsonDocument.Parse(TinyPlaybook.Json);
        new TinySchema(Schema).Check(document.RootElement).ShouldBeEmpty();
    }

    /// <summary>Where the parser sees a mistake in the structure, the schema does too: all but those that no schema can say.</summary>
    [Theory]
    [MemberData(nameof(PlaybookMistakeTests.Structure), MemberType = typeof(PlaybookMistakeTests))]
    public void What_the_parser_refuses_the_schema_refuses(string text, string replacement, string mistakes)
    {
        string[] beyondSchema =
        [
            "duplicate_field", "duplicate_name", "wrong_order", "unknown_placement", "unknown_channel", "unknown_action", "unknown_fence",
            "unknown_interaction", "unknown_identifier_kind", "unknown_zone", "unknown_variable", "invalid_blend", "invalid_text", "invalid_template", "contradiction",
            "unreachable", "window beyond_ledger", "caps[0].match", "$.actions[0] missing_field", "$.placements.out missing_field",
            "title too_many", "variables.this invalid_name",
        ];
        string[] beyondPattern = ["\"59s\"", "\"1m\"", "\"91d\"", "\"4000d\"", "\" viewed\"", "\"2030-02-30"];
        if (beyondSchema.Any(mistakes.Contains) || beyondPattern.Any(replacement.Contains))
        {
            return;
        }

        using var document = JsonDocument.Parse(TinyPlaybook.With(text, replacement));
        new TinySchema(Schema).Check(document.RootElement).ShouldNotBeEmpty();
    }

    private static JsonElement At(JsonElement schema, string place) =>
        place.Split('/').Aggregate(schema, (within, name) =>
            within.ValueKind == JsonValueKind.Array ? within[int.Parse(name)] : within.GetProperty(name));

    private static List<string> Words(JsonElement definition, string list) =>
        definition.TryGetProperty(list, out var words) ? [.. words.EnumerateArray().Select(word => word.GetString()!)] : [];
}
