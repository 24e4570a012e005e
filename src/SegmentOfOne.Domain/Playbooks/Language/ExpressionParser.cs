using System.Collections.Immutable;
using System.Diagnostics;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Reads an expression's text into <see cref="Syntax"/>, by recursive descent. The grammar:
/// <code>
/// expression = all { "or" all }
/// all        = negation { "and" negation }
/// negation   = "not" negation | comparison
/// comparison = sum [ ("=" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=") sum | ["not"] "in" "(" literal { "," literal } ")" ]
/// sum        = product { ("+" | "-") product }
/// product    = signed { ("*" | "/") signed }
/// signed     = "-" signed | value
/// value      = number | duration | text | "true" | "false" | name | name "(" [ expression { "," expression } ] ")" | "(" expression ")"
/// literal    = ["-"] number | duration | text
/// number     = digits ["." digits]              at most 15 digits
/// duration   = digits ("s" | "m" | "h" | "d")   at most 3650d
/// text       = characters in double or in single quotes; \" \' \\ stand for the character itself
/// name       = (letter | "_") { letter | digit | "_" }
/// </code></summary>
internal sealed class ExpressionParser
{
    private static readonly Operator[] Comparisons =
        [Operator.Equal, Operator.NotEqual, Operator.LessOrEqual, Operator.Less, Operator.GreaterOrEqual, Operator.Greater];

    private static readonly Operator[] Sums = [Operator.Add, Operator.Subtract];

    private static readonly Operator[] Products = [Operator.Multiply, Operator.Divide];

    private readonly Lexer lexer;
    private Token token;
    private int depth;
    private ExpressionError? error;

    private ExpressionParser(string text)
    {
        lexer = new Lexer(text);
        Take();
    }

    /// <summary>The syntax of the text, or null and the first mistake in <paramref name="error"/>.</summary>
    public static Syntax? Parse(string text, out ExpressionError error)
    {
        if (text.Length > PlaybookLimits.ExpressionLength)
        {
            error = new ExpressionError(PlaybookLimits.ExpressionLength, PlaybookErrorCode.TooLong, $"An expression has at most {PlaybookLimits.ExpressionLength} characters.");
            return null;
        }

        var parser = new ExpressionParser(text);
        var syntax = parser.Any();
        if (parser.token.Kind != TokenKind.End)
        {
            parser.Unexpected("an operator or the end");
        }

        if (syntax.FirstBeyond(PlaybookLimits.ExpressionDepth) is { } beyond)
        {
            parser.TooDeep(beyond.At);
        }

        error = parser.error ?? default;
        return parser.error is null ? syntax : null;
    }

    private Syntax Any()
    {
        using var level = Deeper();
        return Chain("or", All, (at, terms) => new AnySyntax(at, terms));
    }

    private Syntax All() => Chain("and", Negation, (at, terms) => new AllSyntax(at, terms));

    private Syntax Chain(string word, Func<Syntax> term, Func<int, ImmutableArray<Syntax>, Syntax> join)
    {
        var at = token.At;
        var first = term();
        if (!IsWord(word))
        {
            return first;
        }

        var terms = ImmutableArray.CreateBuilder<Syntax>();
        terms.Add(first);
        while (TakeWord(word))
        {
            terms.Add(term());
        }

        return join(at, terms.DrainToImmutable());
    }

    private Syntax Negation()
    {
        var at = token.At;
        if (!TakeWord("not"))
        {
            return Comparison();
        }

        using var level = Deeper();
        return new NotSyntax(at, Negation());
    }

    private Syntax Comparison()
    {
        var left = Sum();
        var at = token.At;
        if (TakeOperator(Comparisons) is { } comparison)
        {
            var right = Sum();
            return PeekOperator(Comparisons) is null
                ? new BinarySyntax(at, comparison, left, right)
                : Mistake(token.At, "Comparisons don't chain; join two of them with `and`.");
        }

        var negated = IsWord("not") && TakeWord("not");
        if (!negated && !IsWord("in"))
        {
            return left;
        }

        if (!TakeWord("in"))
        {
            return Unexpected("`in`");
        }

        Expect("(");
        var choices = List(Literal);
        return new MembershipSyntax(at, left, negated, choices);
    }

    private Syntax Sum() => Binaries(Sums, Product);

    private Syntax Product() => Binaries(Products, Signed);

    private Syntax Binaries(ReadOnlySpan<Operator> operators, Func<Syntax> operand)
    {
        var left = operand();
        for (var at = token.At; TakeOperator(operators) is { } taken; at = token.At)
        {
            left = new BinarySyntax(at, taken, left, operand());
        }

        return left;
    }

    private Syntax Signed()
    {
        var at = token.At;
        if (TakeOperator([Operator.Subtract]) is null)
        {
            return Value();
        }

        using var level = Deeper();
        return new NegativeSyntax(at, Signed());
    }

    private Syntax Value()
    {
        var taken = token;
        switch (taken.Kind)
        {
            case TokenKind.Number or TokenKind.Duration or TokenKind.Text:
                return Literal();
            case TokenKind.Name when taken.Word is "true" or "false":
                Take();
                return new BooleanSyntax(taken.At, taken.Word == "true");
            case TokenKind.Name when !Words.Reserved.Contains(taken.Word):
                Take();
                return TakeSymbol("(") ? new CallSyntax(taken.At, taken.Word, List(Any, mayBeEmpty: true)) : new NameSyntax(taken.At, taken.Word);
            case TokenKind.Symbol when taken.Word == "(":
                Take();
                var inner = Any();
                Expect(")");
                return inner;
            default:
                return Unexpected("a value");
        }
    }

    private Syntax Literal()
    {
        var taken = token;
        if (TakeOperator([Operator.Subtract]) is not null)
        {
            return token.Kind == TokenKind.Number ? new NegativeSyntax(taken.At, Literal()) : Unexpected("a number");
        }

        Syntax? literal = taken.Kind switch
        {
            TokenKind.Number => new NumberSyntax(taken.At, taken.Number),
            TokenKind.Duration => new DurationSyntax(taken.At, (long)taken.Number),
            TokenKind.Text => new TextSyntax(taken.At, taken.Word),
            _ => null,
        };
        if (literal is null)
        {
            return Unexpected("a number, a duration or a text in quotes");
        }

        Take();
        return literal;
    }

    /// <summary>What stands between an opening parenthesis, already taken, and the closing one.</summary>
    private ImmutableArray<Syntax> List(Func<Syntax> element, bool mayBeEmpty = false)
    {
        if (mayBeEmpty && TakeSymbol(")"))
        {
            return [];
        }

        var elements = ImmutableArray.CreateBuilder<Syntax>();
        do
        {
            if (elements.Count == PlaybookLimits.ExpressionList)
            {
                Mistake(token.At, $"A list has at most {PlaybookLimits.ExpressionList} values.", PlaybookErrorCode.TooMany);
                break;
            }

            elements.Add(element());
        }
        while (TakeSymbol(","));
        Expect(")");
        return elements.DrainToImmutable();
    }

    /// <summary>Goes to the next word. After a mistake there is none: the text is as good as ended, and every rule returns.</summary>
    private void Take()
    {
        if (error is not null)
        {
            return;
        }

        token = lexer.Next();
        if (token.Kind == TokenKind.Mistake)
        {
            Mistake(token.At, token.Word);
        }
    }

    private bool IsWord(string word) => token.Kind == TokenKind.Name && token.Word == word;

    private bool TakeWord(string word)
    {
        var taken = IsWord(word);
        if (taken)
        {
            Take();
        }

        return taken;
    }

    private bool TakeSymbol(string symbol)
    {
        var taken = token.Kind == TokenKind.Symbol && token.Word == symbol;
        if (taken)
        {
            Take();
        }

        return taken;
    }

    private Operator? PeekOperator(ReadOnlySpan<Operator> operators)
    {
        foreach (var @operator in operators)
        {
            if (token.Kind == TokenKind.Symbol && token.Word == @operator.Symbol())
            {
                return @operator;
            }
        }

        return null;
    }

    private Operator? TakeOperator(ReadOnlySpan<Operator> operators)
    {
        var found = PeekOperator(operators);
        if (found is not null)
        {
            Take();
        }

        return found;
    }

    private void Expect(string symbol)
    {
        if (!TakeSymbol(symbol))
        {
            Unexpected($"`{symbol}`");
        }
    }

    private NameSyntax Unexpected(string wanted)
    {
        var found = token.Kind switch
        {
            TokenKind.End => "the text ends",
            TokenKind.Name when Words.Reserved.FirstOrDefault(word => word.Equals(token.Word, StringComparison.OrdinalIgnoreCase)) is { } word =>
                word == token.Word ? $"`{word}` stands here" : $"`{token.Word}` stands here (words are written small: `{word}`)",
            TokenKind.Name or TokenKind.Symbol => $"`{token.Word}` stands here",
            TokenKind.Text => $"the text \"{token.Word}\" stands here",
            TokenKind.Number or TokenKind.Duration => "a number or duration stands here",
            _ => throw new UnreachableException($"token {token.Kind}"),
        };
        return Mistake(token.At, $"Expected {wanted}, but {found}.");
    }

    /// <summary>Keeps the first mistake and ends the text. What is returned only fills its place.</summary>
    private NameSyntax Mistake(int at, string message, string code = PlaybookErrorCode.Syntax)
    {
        error ??= new ExpressionError(at, code, message);
        token = new Token(TokenKind.End, at, "");
        return new NameSyntax(at, "");
    }

    private void TooDeep(int at) => Mistake(at, $"An expression nests at most {PlaybookLimits.ExpressionDepth} levels.", PlaybookErrorCode.TooDeep);

    /// <summary>Bounds the descent itself; how deep the result is, which chains of operators decide too, is checked at the end.</summary>
    private Level Deeper()
    {
        if (++depth > PlaybookLimits.ExpressionDepth)
        {
            TooDeep(token.At);
        }

        return new Level(this);
    }

    private readonly ref struct Level(ExpressionParser parser)
    {
        public void Dispose() => parser.depth--;
    }
}
