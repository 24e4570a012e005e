using System.Globalization;
using System.Text;

namespace SegmentOfOne.Domain.Playbooks.Language;

internal enum TokenKind
{
    Number,
    Duration,
    Text,
    Name,
    Symbol,
    End,

    /// <summary>No word can be read here.</summary>
    Mistake,
}

/// <summary>One word of an expression. <paramref name="Word"/> is the name, the symbol, a text literal's content, or what is
/// wrong; a duration's <paramref name="Number"/> is in milliseconds.</summary>
internal readonly record struct Token(TokenKind Kind, int At, string Word, decimal Number = 0);

/// <summary>Cuts an expression's text into words, one at a time.</summary>
internal sealed class Lexer(string text)
{
    private static readonly string[] Symbols = ["!=", "<=", ">=", "==", "&&", "||", "<>", "(", ")", ",", "+", "-", "*", "/", "=", "<", ">", "!"];

    private int next;

    public Token Next()
    {
        while (next < text.Length && char.IsWhiteSpace(text[next]))
        {
            next++;
        }

        if (next == text.Length)
        {
            return new Token(TokenKind.End, next, "");
        }

        var first = text[next];
        return first switch
        {
            _ when char.IsAsciiDigit(first) => Quantity(),
            '"' or '\'' => Text(first),
            _ when StartsName(first) => Name(),
            _ => Symbol(),
        };
    }

    private Token Quantity()
    {
        var start = next;
        SkipDigits();
        var whole = text.AsSpan(start, next - start);
        if (next < text.Length && text[next] == '.')
        {
            next++;
            var fraction = next;
            SkipDigits();
            if (next == fraction)
            {
                return Mistake(next, "A digit must follow the decimal point.");
            }
        }

        var number = text.AsSpan(start, next - start);
        if (number.Length - (number.Contains('.') ? 1 : 0) > PlaybookLimits.NumberLiteralDigits)
        {
            return Mistake(start, $"A number has at most {PlaybookLimits.NumberLiteralDigits} digits.");
        }

        if (next == text.Length || !StartsName(text[next]))
        {
            return new Token(TokenKind.Number, start, "", decimal.Parse(number, CultureInfo.InvariantCulture));
        }

        var unit = next;
        SkipName();
        var scale = DurationText.Scale(text.AsSpan(unit, next - unit));
        if (scale is null || whole.Length != number.Length)
        {
            return Mistake(start, $"`{text[start..next]}` is neither a number nor a duration; a duration is a whole number and s, m, h or d, such as 30d.");
        }

        var milliseconds = decimal.Parse(whole, CultureInfo.InvariantCulture) * scale.Value;
        if (milliseconds > (decimal)PlaybookLimits.LongestDuration.TotalMilliseconds)
        {
            return Mistake(start, $"A duration is at most {PlaybookLimits.LongestDuration.Days}d.");
        }

        return new Token(TokenKind.Duration, start, "", milliseconds);
    }

    private Token Text(char quote)
    {
        var start = next++;
        var content = new StringBuilder();
        while (next < text.Length && text[next] != quote)
        {
            var character = text[next++];
            if (char.IsControl(character))
            {
                return Mistake(next - 1, "A text has no line breaks or other control characters.");
            }

            if (character == '\\')
            {
                if (next == text.Length || text[next] is not ('"' or '\'' or '\\'))
                {
                    return Mistake(next - 1, "In a text, a backslash stands only before a quote or another backslash.");
                }

                character = text[next++];
            }

            content.Append(character);
        }

        if (next == text.Length)
        {
            return Mistake(start, "This text has no closing quote.");
        }

        next++;
        if (content.Length > PlaybookLimits.TextLiteralLength)
        {
            return Mistake(start, $"A text has at most {PlaybookLimits.TextLiteralLength} characters.");
        }

        return new Token(TokenKind.Text, start, content.ToString());
    }

    private Token Name()
    {
        var start = next;
        SkipName();
        return new Token(TokenKind.Name, start, text[start..next]);
    }

    private Token Symbol()
    {
        foreach (var symbol in Symbols)
        {
            if (text.AsSpan(next).StartsWith(symbol, StringComparison.Ordinal))
            {
                var start = next;
                next += symbol.Length;
                return symbol switch
                {
                    "==" => new Token(TokenKind.Symbol, start, "="),
                    "&&" => Mistake(start, "Write `and`."),
                    "||" => Mistake(start, "Write `or`."),
                    "!" => Mistake(start, "Write `not`."),
                    "<>" => Mistake(start, "Write `!=`."),
                    _ => new Token(TokenKind.Symbol, start, symbol),
                };
            }
        }

        return Mistake(next, $"`{text[next]}` has no meaning here.");
    }

    private void SkipDigits()
    {
        while (next < text.Length && char.IsAsciiDigit(text[next]))
        {
            next++;
        }
    }

    private void SkipName()
    {
        while (next < text.Length && (StartsName(text[next]) || char.IsAsciiDigit(text[next])))
        {
            next++;
        }
    }

    private static Token Mistake(int at, string message) => new(TokenKind.Mistake, at, message);

    private static bool StartsName(char character) => char.IsAsciiLetter(character) || character == '_';
}
