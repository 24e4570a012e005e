using System.Globalization;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Gateway.Http;

/// <summary>A parameter of a query string, declared once: the same declaration reads it and describes it in the OpenAPI document.</summary>
public abstract class QueryParameter(string name, string description, string expects, JsonObject schema)
{
    public string Name { get; } = name;
    public string Description { get; } = description;

    /// <summary>What a value must be, as the end of the sentence "Expected …".</summary>
    public string Expects { get; } = expects;

    public JsonObject Schema { get; } = schema;

    public static QueryParameter<int> WholeNumber(string name, string description, int least, int most, int standard) => new(
        name, description, $"a whole number from {least} to {most}",
        new JsonObject { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most, ["default"] = standard },
        standard,
        (string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= least && value <= most);

    public static QueryParameter<double?> Number(string name, string description) => new(
        name, description, "a finite number",
        new JsonObject { ["type"] = "number" },
        null,
        (string text, out double? value) =>
        {
            var read = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
            value = number;
            return read;
        });

    public static QueryParameter<bool> Flag(string name, string description) => new(
        name, description, "true or false",
        new JsonObject { ["type"] = "boolean", ["default"] = false },
        false,
        bool.TryParse);

    public static QueryParameter<Instant?> Moment(string name, string description) => new(
        name, description, $"an instant from 1970 on, such as {InstantText.Example}",
        new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        null,
        (string text, out Instant? value) =>
        {
            var read = InstantText.TryParse(text, out var instant);
            value = instant;
            return read;
        });

    public static QueryParameter<string?> Text(string name, string description) => new(
        name, description, "text",
        new JsonObject { ["type"] = "string" },
        null,
        (string text, out string? value) =>
        {
            value = text;
            return true;
        });

    /// <summary>One of <paramref name="choices"/>, by name.</summary>
    public static QueryParameter<T> Choice<T>(string name, string description, IReadOnlyDictionary<string, T> choices, T standard) => new(
        name, description, $"one of {string.Join(", ", choices.Keys)}",
        new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. choices.Keys.Select(choice => (JsonNode)choice)]) },
        standard,
        (string text, out T value) => choices.TryGetValue(text, out value!));
}

/// <summary>A query parameter whose values are read as <typeparamref name="T"/>.</summary>
public sealed class QueryParameter<T>(
    string name, string description, string expects, JsonObject schema, T standard, QueryParameter<T>.Reader read)
    : QueryParameter(name, description, expects, schema)
{
    /// <summary>False when the text is no value of this parameter.</summary>
    public delegate bool Reader(string text, out T value);

    /// <summary>The value when the query does not name the parameter.</summary>
    public T Standard { get; } = standard;

    public Reader Read { get; } = read;
}
