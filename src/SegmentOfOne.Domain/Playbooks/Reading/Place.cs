using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>One value of the document and its path. Each reading reports what is wrong and then yields something harmless,
/// so that one pass finds every mistake.</summary>
internal readonly record struct Place(JsonElement Element, string Path, Report Report)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A name as paths and messages have it: one that is too long is cut, since it may be as long as the document.</summary>
    public static string Shown(string name) => name.Length <= PlaybookLimits.NameLength ? name : name[..PlaybookLimits.NameLength] + "…";

    /// <summary>The object's fields: unknown, repeated and missing ones are mistakes.</summary>
    public PlaceObject Object(FieldList fields)
    {
        var known = new Dictionary<string, Place>(StringComparer.Ordinal);
        if (!Is(JsonValueKind.Object, "an object"))
        {
            return new PlaceObject(known);
        }

        foreach (var (name, place) in Members(int.MaxValue))
        {
            if (fields.Fields.Contains(name))
            {
                known.Add(name, place);
            }
            else
            {
                place.Unknown(PlaybookErrorCode.UnknownField, $"There is no field \"{Shown(name)}\" here.", name, fields.Fields);
            }
        }

        foreach (var name in fields.Required.Where(name => !known.ContainsKey(name)))
        {
            Member(name, default).Mistake(PlaybookErrorCode.MissingField, $"The field \"{name}\" is missing.");
        }

        return new PlaceObject(known);
    }

    /// <summary>An object whose field names are the writer's own. Of repeated names, a mistake, the first counts.</summary>
    public List<KeyValuePair<string, Place>> Members(int most)
    {
        var members = new List<KeyValuePair<string, Place>>();
        if (!Is(JsonValueKind.Object, "an object"))
        {
            return members;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in Element.EnumerateObject())
        {
            var place = Member(field.Name, field.Value);
            if (seen.Add(field.Name))
            {
                members.Add(new(field.Name, place));
            }
            else
            {
                place.Mistake(PlaybookErrorCode.DuplicateField, $"The field \"{Shown(field.Name)}\" stands here more than once.");
            }
        }

        return Bounded(members, most);
    }

    public List<Place> Items(int most)
    {
        var items = new List<Place>();
        if (!Is(JsonValueKind.Array, "a list"))
        {
            return items;
        }

        foreach (var element in Element.EnumerateArray())
        {
            items.Add(this with { Element = element, Path = string.Create(CultureInfo.InvariantCulture, $"{Path}[{items.Count}]") });
        }

        return Bounded(items, most);
    }

    public double Number(double least, double most)
    {
        if (!Is(JsonValueKind.Number, "a number"))
        {
            return 0;
        }

        var number = Element.GetDouble();
        if (number >= least && number <= most)
        {
            return number;
        }

        Mistake(PlaybookErrorCode.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"The number must be between {least} and {most}."));
        return 0;
    }

    public TimeSpan Duration(TimeSpan least, TimeSpan most)
    {
        if (!Is(JsonValueKind.String, "a duration such as \"7d\""))
        {
            return default;
        }

        if (!DurationText.TryParse(Element.GetString(), out var duration))
        {
            Mistake(PlaybookErrorCode.InvalidDuration, $"A duration is a whole number and s, m, h or d, such as \"7d\", at most \"{DurationText.Render(PlaybookLimits.LongestDuration)}\".");
        }
        else if (duration < least || duration > most)
        {
            Mistake(PlaybookErrorCode.OutOfRange, $"The duration must be between {DurationText.Render(least)} and {DurationText.Render(most)}.");
        }

        return duration;
    }

    /// <summary>Any text without control characters but line breaks and tabs.</summary>
    public string Text(int longest)
    {
        if (!Is(JsonValueKind.String, "a text"))
        {
            return "";
        }

        var text = Element.GetString()!;
        if (text.Length > longest)
        {
            Mistake(PlaybookErrorCode.TooLong, $"The text has {text.Length} characters; at most {longest} are allowed.");
        }
        else if (text.Any(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t')))
        {
            Mistake(PlaybookErrorCode.InvalidText, "The text has control characters.");
        }

        return text;
    }

    public string Currency()
    {
        if (!Is(JsonValueKind.String, "a currency"))
        {
            return "";
        }

        var currency = Element.GetString()!;
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))
        {
            Mistake(PlaybookErrorCode.InvalidCurrency, "A currency is the three capital letters of ISO 4217, such as \"EUR\".");
        }

        return currency;
    }

    /// <summary>A name that the playbook itself gives, of an action or a placement.</summary>
    public string Id()
    {
        if (!Is(JsonValueKind.String, "a name"))
        {
            return "";
        }

        var id = Element.GetString()!;
        IsId(id);
        return id;
    }

    /// <summary>A name that callers use, of a type, a channel or a property.</summary>
    public string Term(int longestBytes)
    {
        if (!Is(JsonValueKind.String, "a name"))
        {
            return "";
        }

        var term = Element.GetString()!;
        IsTerm(term, longestBytes);
        return term;
    }

    /// <summary>Whether this name can be an id; a mistake when not.</summary>
    public bool IsId(string name)
    {
        var sound = name.Length is > 0 and <= PlaybookLimits.NameLength
            && char.IsAsciiLetterOrDigit(name[0])
            && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.');
        return sound || Refused(PlaybookErrorCode.InvalidName, $"A name here has 1 to {PlaybookLimits.NameLength} letters, digits, '_', '-' or '.', and begins with a letter or digit.");
    }

    /// <summary>Whether this name can come in a request; a mistake when not.</summary>
    public bool IsTerm(string name, int longestBytes)
    {
        var sound = name.Length > 0 && name.AsSpan().Trim().Length == name.Length
            && Encoding.UTF8.GetByteCount(name) <= longestBytes && !name.Any(char.IsControl);
        return sound || Refused(PlaybookErrorCode.InvalidName, $"A name here has 1 to {longestBytes} bytes, no control characters, and no space at its ends.");
    }

    /// <summary>One of a set of words.</summary>
    public T OneOf<T>(FrozenDictionary<string, T> words, string kind)
        where T : struct
    {
        if (!Is(JsonValueKind.String, $"a {kind}"))
        {
            return default;
        }

        var word = Element.GetString()!;
        if (!words.TryGetValue(word, out var value))
        {
            Unknown(PlaybookErrorCode.UnknownValue, $"There is no {kind} \"{Shown(word)}\".", word, words.Keys);
        }

        return value;
    }

    public Expression? Condition(Reach reach) => Expression(ExpressionType.Boolean, reach, "a condition, as text");

    /// <summary>A number, or an expression that yields one. The bounds are those of a number said outright.</summary>
    public Expression? Quantity(Reach reach, double least, double most)
    {
        if (Element.ValueKind == JsonValueKind.Number)
        {
            var number = Number(least, most);
            return ExpressionCompiler.Constant(Element.TryGetDecimal(out var exact) ? exact : (decimal)number);
        }

        return Expression(ExpressionType.Number, reach, "a number, or an expression as text");
    }

    public AmountExpression? Amount(Reach reach)
    {
        var types = Report.Types;
        return Compiled("an amount, as text", (text, mistakes) => ExpressionCompiler.CompileAmount(text, reach, types, mistakes));
    }

    public void Mistake(string code, string message) => Report.Mistake(Path, code, message);

    /// <summary>A name that isn't known; the message grows by the nearest one that is.</summary>
    public void Unknown(string code, string message, string name, IEnumerable<string> known)
    {
        if (!Report.IsFull)
        {
            Mistake(code, message + NearestName.Hint(name, known));
        }
    }

    private Expression? Expression(ExpressionType type, Reach reach, string wanted)
    {
        var types = Report.Types;
        return Compiled(wanted, (text, mistakes) => ExpressionCompiler.Compile(text, type, reach, types, mistakes));
    }

    private T? Compiled<T>(string wanted, Func<string, List<ExpressionError>, T?> compile)
        where T : class
    {
        if (!Is(JsonValueKind.String, wanted) || Report.IsFull)
        {
            return null;
        }

        var text = Element.GetString()!;
        var mistakes = new List<ExpressionError>();
        var compiled = compile(text, mistakes);
        Report.Mistakes(Path, text, mistakes);
        return compiled;
    }

    private bool Is(JsonValueKind kind, string wanted) =>
        Element.ValueKind == kind || Refused(PlaybookErrorCode.WrongType, $"Here {wanted} is needed, not {Described(Element.ValueKind)}.");

    private bool Refused(string code, string message)
    {
        Mistake(code, message);
        return false;
    }

    /// <summary>What is beyond the bound isn't read.</summary>
    private List<T> Bounded<T>(List<T> entries, int most)
    {
        if (entries.Count <= most)
        {
            return entries;
        }

        Mistake(PlaybookErrorCode.TooMany, $"There are {entries.Count} entries here; at most {most} are allowed.");
        return entries[..most];
    }

    private Place Member(string name, JsonElement element)
    {
        name = Shown(name);
        var plain = name.Length > 0 && !char.IsAsciiDigit(name[0])
            && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '$');
        return this with { Element = element, Path = plain ? $"{Path}.{name}" : $"{Path}[{JsonSerializer.Serialize(name, Readable)}]" };
    }

    private static string Described(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}

/// <summary>The known fields of an object, each with its place. One that isn't there reads as something harmless:
/// where it is required, its lack was reported.</summary>
internal sealed class PlaceObject(Dictionary<string, Place> fields)
{
    public Place? this[string name] => fields.TryGetValue(name, out var place) ? place : null;

    public PlaceObject Object(string name, FieldList kind) => this[name]?.Object(kind) ?? new PlaceObject([]);

    public List<KeyValuePair<string, Place>> Members(string name, int most) => this[name]?.Members(most) ?? [];

    public List<Place> Items(string name, int most) => this[name]?.Items(most) ?? [];

    public double Number(string name, double least, double most) => this[name]?.Number(least, most) ?? 0;

    public TimeSpan Duration(string name, TimeSpan least, TimeSpan most) => this[name]?.Duration(least, most) ?? default;

    public string Id(string name) => this[name]?.Id() ?? "";

    public Stage Stage(string name) => this[name]?.OneOf(Words.Rungs, "stage") ?? default;

    /// <summary>A condition that must be there; where it isn't, or is refused, something that stands for it.</summary>
    public Expression Condition(string name, Reach reach) => this[name]?.Condition(reach) ?? ExpressionCompiler.Constant(0);

    /// <summary>A number or expression that must be there, likewise.</summary>
    public Expression Quantity(string name, Reach reach, double least, double most) =>
        this[name]?.Quantity(reach, least, most) ?? ExpressionCompiler.Constant(0);
}
