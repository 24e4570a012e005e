using System.Collections.Frozen;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>What a template may hold. Double braces stand around the name of a variable and nowhere else: no helpers, no blocks, nothing
/// unescaped. Whether something is said at all is a treatment's condition, where a receipt can show it.</summary>
internal static class TemplateText
{
    private const string Grammar = "Double braces stand around the name of a variable, as in {{name}}, and nothing else.";

    /// <summary>Words that mean something else to a template.</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.Ordinal,
        "this", "else", "true", "false", "null", "undefined", "if", "unless", "each", "with", "lookup", "log");

    /// <summary>Whether this can be a variable's name; a mistake when not.</summary>
    public static void CheckName(Place place, string name)
    {
        if (!IsName(name) || name.Length > PlaybookLimits.NameLength || Reserved.Contains(name))
        {
            place.Mistake(
                PlaybookErrorCode.InvalidName,
                $"A variable's name has 1 to {PlaybookLimits.NameLength} letters, digits or '_', begins with a letter, and is none of {string.Join(", ", Reserved.Order(StringComparer.Ordinal))}.");
        }
    }

    public static void Check(Place place, string template, List<string> variables)
    {
        var uses = 0;
        for (var from = 0; template.IndexOf("{{", from, StringComparison.Ordinal) is var open and >= 0;)
        {
            var close = template.IndexOf("}}", open, StringComparison.Ordinal);
            var name = close < 0 ? "" : template[(open + 2)..close].Trim(' ');
            if (!IsName(name) || template.AsSpan(close).StartsWith("}}}"))
            {
                Mistake(place, template, open, PlaybookErrorCode.InvalidTemplate, Grammar);
                return;
            }

            if (open > 0 && template[open - 1] == '\\')
            {
                Mistake(place, template, open - 1, PlaybookErrorCode.InvalidTemplate, "No backslash stands before double braces.");
                return;
            }

            if (!variables.Contains(name))
            {
                Mistake(place, template, open, PlaybookErrorCode.UnknownVariable, $"The treatment declares no variable \"{Place.Shown(name)}\".{NearestName.Hint(name, variables)}");
            }

            if (++uses > PlaybookLimits.VariablesOfContent)
            {
                Mistake(place, template, open, PlaybookErrorCode.TooMany, $"Variables stand here at more than {PlaybookLimits.VariablesOfContent} places.");
                return;
            }

            from = close + 2;
        }
    }

    private static bool IsName(string name) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    private static void Mistake(Place place, string template, int at, string code, string message) =>
        place.Report.Mistakes(place.Path, template, [new ExpressionError(at, code, message)]);
}
