using System.Text.Json;
using System.Text.RegularExpressions;

namespace SegmentOfOne.Domain.Tests.Playbooks;

/// <summary>Checks a document against the part of JSON Schema 2020-12 that the playbook's schema uses. A keyword that it doesn't
/// know is an error of its own, so the schema can't say more than is checked here.</summary>
internal sealed class TinySchema(JsonElement schema)
{
    private static readonly HashSet<string> Annotations = ["$schema", "$id", "$defs", "title", "description"];

    /// <summary>Where the document breaks the schema; empty when it satisfies it.</summary>
    public List<string> Check(JsonElement document)
    {
        var breaks = new List<string>();
        Check(schema, document, "$", breaks);
        return breaks;
    }

    private void Check(JsonElement rule, JsonElement value, string path, List<string> breaks)
    {
        foreach (var keyword in rule.EnumerateObject().Where(keyword => !Annotations.Contains(keyword.Name)))
        {
            if (!Holds(rule, keyword.Name, keyword.Value, value, path, breaks))
            {
                breaks.Add($"{path} {keyword.Name}");
            }
        }
    }

    private bool Holds(JsonElement rule, string keyword, JsonElement said, JsonElement value, string path, List<string> breaks)
    {
        switch (keyword)
        {
            case "$ref":
                Check(Definition(said.GetString()!), value, path, breaks);
                return true;
            case "type":
                return said.GetString() == "integer"
                    ? value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble())
                    : TypeOf(value) == said.GetString();
            case "enum":
                return said.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value));
            case "oneOf":
                return said.EnumerateArray().Count(choice => Satisfies(choice, value)) == 1;
            case "required":
                return value.ValueKind != JsonValueKind.Object
                    || said.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _));
            case "properties":
                foreach (var member in Members(value).Where(member => said.TryGetProperty(member.Name, out _)))
                {
                    Check(said.GetProperty(member.Name), member.Value, $"{path}.{member.Name}", breaks);
                }

                return true;
            case "additionalProperties":
                var others = Members(value).Where(member => !rule.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _));
                if (said.ValueKind == JsonValueKind.False)
                {
                    return !others.Any();
                }

                others.ToList().ForEach(member => Check(said, member.Value, $"{path}.{member.Name}", breaks));
                return true;
            case "propertyNames":
                return Members(value).All(member => Satisfies(said, JsonSerializer.SerializeToElement(member.Name)));
            case "maxProperties":
                return Members(value).Count <= said.GetInt32();
            case "items":
                Items(value).ForEach(item => Check(said, item, path + "[]", breaks));
                return true;
            case "maxItems":
                return Items(value).Count <= said.GetInt32();
            case "uniqueItems":
                return Items(value).Select(item => item.GetRawText()).Distinct().Count() == Items(value).Count;
            case "minLength":
                return value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= said.GetInt32();
            case "maxLength":
                return value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= said.GetInt32();
            case "pattern":
                return value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, said.GetString()!);
            case "minimum":
                return value.ValueKind != JsonValueKind.Number || value.GetDouble() >= said.GetDouble();
            case "maximum":
                return value.ValueKind != JsonValueKind.Number || value.GetDouble() <= said.GetDouble();
            default:
                throw new NotSupportedException($"this checker doesn't know the keyword {keyword}");
        }
    }

    private bool Satisfies(JsonElement rule, JsonElement value)
    {
        var breaks = new List<string>();
        Check(rule, value, "", breaks);
        return breaks.Count == 0;
    }

    private JsonElement Definition(string reference) =>
        reference.Split('/').Skip(1).Aggregate(schema, (within, name) => within.GetProperty(name));

    private static List<JsonProperty> Members(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? [.. value.EnumerateObject()] : [];

    private static List<JsonElement> Items(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
