using System.Globalization;
using System.Text.Json;

namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary>
/// One value of a document and its path. Each reading notes what is wrong and then yields something harmless, so that one pass
/// finds every mistake.
/// </summary>
internal readonly record struct JsonPlace(JsonElement Element, string Path, List<ScenarioMistake> Mistakes)
{
    public void Mistake(string message)
    {
        if (Mistakes.Count < ScenarioLimits.Mistakes)
        {
            Mistakes.Add(new ScenarioMistake(Path, message));
        }
    }

    /// <summary>The object's fields by name: unknown, repeated and missing ones are mistakes.</summary>
    public Dictionary<string, JsonPlace> Object(ReadOnlySpan<string> required, ReadOnlySpan<string> optional)
    {
        var fields = new Dictionary<string, JsonPlace>(StringComparer.Ordinal);
        if (!Is(JsonValueKind.Object, "An object"))
        {
            return fields;
        }
        foreach (var field in Element.EnumerateObject())
        {
            var place = Member(field.Name, field.Value);
            if (!required.Contains(field.Name) && !optional.Contains(field.Name))
            {
                place.Mistake($"There is no field \"{Cut(field.Name)}\" here: {string.Join(", ", [.. required, .. optional])}.");
            }
            else if (!fields.TryAdd(field.Name, place))
            {
                place.Mistake("This field stands here more than once.");
            }
        }
        foreach (var name in required)
        {
            if (!fields.ContainsKey(name))
            {
                Member(name, default).Mistake("This field is missing.");
            }
        }
        return fields;
    }

    public IReadOnlyList<JsonPlace> Items(int most)
    {
        if (!Is(JsonValueKind.Array, "A list"))
        {
            return [];
        }
        List<JsonPlace> items = [];
        foreach (var item in Element.EnumerateArray())
        {
            if (items.Count == most)
            {
                Mistake($"At most {most} stand here.");
                break;
            }
            items.Add(new JsonPlace(item, string.Create(CultureInfo.InvariantCulture, $"{Path}[{items.Count}]"), Mistakes));
        }
        return items;
    }

    public string Text(int longest)
    {
        if (!Is(JsonValueKind.String, "A text"))
        {
            return "";
        }
        var text = Element.GetString()!;
        if (text.Length > longest || text.Any(char.IsControl))
        {
            Mistake($"A text here has at most {longest} characters, none of them for control.");
        }
        return text;
    }

    /// <summary>A name: small letters, digits, <c>_</c> and <c>-</c>, a letter first.</summary>
    public string Name()
    {
        var text = Text(ScenarioLimits.NameLength);
        if (Element.ValueKind == JsonValueKind.String
            && (text.Length == 0 || !char.IsAsciiLetterLower(text[0]) || text.Any(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter is not '_' and not '-')))
        {
            Mistake("A name has small letters, digits, _ and -, and begins with a letter.");
        }
        return text;
    }

    public bool Truth()
    {
        if (Element.ValueKind is not JsonValueKind.True and not JsonValueKind.False)
        {
            Mistake("true or false stands here.");
        }
        return Element.ValueKind == JsonValueKind.True;
    }

    public double Number(double least, double most)
    {
        if (!Is(JsonValueKind.Number, "A number"))
        {
            return least;
        }
        // A number that is too large for a double is infinite, and so out of range.
        var number = Element.GetDouble();
        if (!(number >= least && number <= most))
        {
            Mistake(string.Create(CultureInfo.InvariantCulture, $"A number here is from {least} to {most}."));
            return least;
        }
        return number;
    }

    public int Whole(int least, int most)
    {
        var number = Number(least, most);
        if (number != Math.Floor(number))
        {
            Mistake("A whole number stands here.");
        }
        return (int)number;
    }

    /// <summary>A seed: any whole number that 64 bits hold.</summary>
    public ulong Seed()
    {
        if (Is(JsonValueKind.Number, "A number") && !Element.TryGetUInt64(out _))
        {
            Mistake("A seed is a whole number of at most 64 bits.");
        }
        return Element.ValueKind == JsonValueKind.Number && Element.TryGetUInt64(out var seed) ? seed : 0;
    }

    public TimeSpan Span(TimeSpan least, TimeSpan most)
    {
        if (!Is(JsonValueKind.String, "A duration in text, such as \"30s\" or \"5ms\","))
        {
            return least;
        }
        if (!SpanText.TryParse(Element.GetString()!, out var span))
        {
            Mistake("A duration is a number and a unit, ns, us, ms, s, m, h or d: \"30s\".");
            return least;
        }
        if (span < least || span > most)
        {
            Mistake($"A duration here is from {SpanText.Render(least)} to {SpanText.Render(most)}.");
            return least;
        }
        return span;
    }

    private JsonPlace Member(string name, JsonElement value) => new(value, $"{Path}.{Cut(name)}", Mistakes);

    private bool Is(JsonValueKind kind, string what)
    {
        if (Element.ValueKind == kind)
        {
            return true;
        }
        // A field that is missing is told already.
        if (Element.ValueKind != JsonValueKind.Undefined)
        {
            Mistake($"{what} stands here.");
        }
        return false;
    }

    private static string Cut(string name) => name.Length <= ScenarioLimits.NameLength ? name : name[..ScenarioLimits.NameLength] + "…";
}
