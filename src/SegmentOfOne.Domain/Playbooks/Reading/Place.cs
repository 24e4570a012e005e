using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SegmentOfOne.Domain.Playbooks.Language;
using SegmentOfOne.Domain.Zones;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>One value of the document and its path. Each reading reports what is wrong and then yields something harmless,
/// so that one pass finds every mistake.</summary>
internal readonly record struct Place(JsonElement Element, string Path, Report Report)
{
    private const int MinutesOfDay = 24 * 60;

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

    public int Whole(int least, int most)
    {
        var number = Number(least, most);
        if (number != Math.Floor(number))
        {
            Mistake(PlaybookErrorCode.OutOfRange, "The number must be whole.");
        }

        return (int)number;
    }

    public bool Truth()
    {
        if (Element.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Refused(PlaybookErrorCode.WrongType, $"Here true or false is needed, not {Described(Element.ValueKind)}.");
        }

        return Element.ValueKind == JsonValueKind.True;
    }

    /// <summary>A time of day such as "21:30", in minutes after midnight. "24:00" is the end of the day where that has a meaning.</summary>
    public int TimeOfDay(bool mayBeEnd = false)
    {
        if (!Is(JsonValueKind.String, "a time of day such as \"21:30\""))
        {
            return 0;
        }

        var text = Element.GetString()!;
        if (mayBeEnd && text == "24:00")
        {
            return MinutesOfDay;
        }

        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time.Hour * 60 + time.Minute;
        }

        Mistake(PlaybookErrorCode.InvalidTime, "A time of day is hours and minutes in two digits each, such as \"08:00\" or \"21:30\".");
        return 0;
    }

    /// <summary>A time such as "2030-06-03T09:00:00Z", with seconds and an offset.</summary>
    public Instant Time()
    {
        if (!Is(JsonValueKind.String, "a time such as \"2030-06-03T09:00:00Z\""))
        {
            return default;
        }

        if (DateTimeOffset.TryParseExact(Element.GetString(), "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && Element.GetString()!.AsSpan(19).Length > 0)
        {
            return Instant.From(time);
        }

        Mistake(PlaybookErrorCode.InvalidTime, "A time is written such as \"2030-06-03T09:00:00Z\" or \"2030-06-03T10:00:00+01:00\".");
        return default;
    }

    /// <summary>The IANA name of a time zone.</summary>
    public string Zone()
    {
        if (!Is(JsonValueKind.String, "a time zone"))
        {
            return ZoneTable.Utc;
        }

        var zone = Element.GetString()!;
        if (!ZoneTable.Has(zone))
        {
            Unknown(PlaybookErrorCode.UnknownZone, $"There is no time zone \"{Shown(zone)}\"; zones are named as in \"Europe/London\".", zone, ZoneTable.Names);
        }

        return zone;
    }

    /// <summary>A name of something that the playbook declares elsewhere.</summary>
    public string Declared(IReadOnlyCollection<string> known, string kind, string code)
    {
        if (!Is(JsonValueKind.String, $"a {kind}"))
        {
            return "";
        }

        var name = Element.GetString()!;
        if (!known.Contains(name))
        {
            Unknown(code, $"The playbook has no {kind} \"{Shown(name)}\".", name, known);
        }

        return name;
    }

    /// <summary>A channel that the playbook declares.</summary>
    public string Channel() => Declared(Report.Channels, "channel", PlaybookErrorCode.UnknownChannel);

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

    /// <summary>An expression that yields something to show to people.</summary>
    public Expression? Displayed(Reach reach) => Expression(null, reach, "an expression, as text");

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
        var names = Report.Names;
        return Compiled("an amount, as text", (text, mistakes) => ExpressionCompiler.CompileAmount(text, reach, names, mistakes));
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

    private Expression? Expression(ExpressionType? type, Reach reach, string wanted)
    {
        var names = Report.Names;
        return Compiled(wanted, (text, mistakes) => ExpressionCompiler.Compile(text, type, reach, names, mistakes));
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
    public bool Has(string name) => fields.ContainsKey(name);

    public Place? this[string name] => fields.TryGetValue(name, out var place) ? place : null;

    public PlaceObject Object(string name, FieldList kind) => this[name]?.Object(kind) ?? new PlaceObject([]);

    public List<KeyValuePair<string, Place>> Members(string name, int most) => this[name]?.Members(most) ?? [];

    public List<Place> Items(string name, int most) => this[name]?.Items(most) ?? [];

    public double Number(string name, double least, double most, double otherwise = 0) => this[name]?.Number(least, most) ?? otherwise;

    public int Whole(string name, int least, int most, int otherwise = 0) => this[name]?.Whole(least, most) ?? otherwise;

    public bool Truth(string name) => this[name]?.Truth() ?? false;

    public TimeSpan Duration(string name, TimeSpan least, TimeSpan most, TimeSpan otherwise = default) =>
        this[name]?.Duration(least, most) ?? otherwise;

    public string Id(string name) => this[name]?.Id() ?? "";

    /// <summary>The field "id", which no one had before; a repeated one is a mistake.</summary>
    public string NewId(HashSet<string> ids, string kind)
    {
        var id = Id("id");
        if (id.Length > 0 && !ids.Add(id))
        {
            this["id"]?.Mistake(PlaybookErrorCode.DuplicateName, $"There is another {kind} \"{Place.Shown(id)}\".");
        }

        return id;
    }

    public Stage Stage(string name) => this[name]?.OneOf(Words.Rungs, "stage") ?? default;

    /// <summary>A condition that must be there; where it isn't, or is refused, something that stands for it.</summary>
    public Expression Condition(string name, Reach reach) => this[name]?.Condition(reach) ?? ExpressionCompiler.Constant(0);

    /// <summary>A number or expression that must be there, likewise.</summary>
    public Expression Quantity(string name, Reach reach, double least, double most) =>
        this[name]?.Quantity(reach, least, most) ?? ExpressionCompiler.Constant(0);
}
