using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Writes syntax as text in one canonical form: single spaces, double quotes, no parentheses but the needed ones.
/// Reading that text gives the same syntax.</summary>
internal static class SyntaxText
{
    /// <summary>All digits that a decimal can have, without trailing zeros and never with an exponent.</summary>
    private const string PlainDigits = "0.############################";

    /// <summary>How tightly a form binds; a part that binds less tightly than its place asks for stands in parentheses.</summary>
    private enum Binding
    {
        Any,
        All,
        Not,
        Comparison,
        Sum,
        Product,
        Sign,
        Value,
    }

    public static string Render(Syntax syntax)
    {
        var text = new StringBuilder();
        Write(text, syntax, Binding.Any);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Syntax syntax, Binding wanted)
    {
        var own = BindingOf(syntax);
        if (own < wanted)
        {
            text.Append('(');
        }

        WriteForm(text, syntax, own);
        if (own < wanted)
        {
            text.Append(')');
        }
    }

    private static Binding BindingOf(Syntax syntax) => syntax switch
    {
        AnySyntax => Binding.Any,
        AllSyntax => Binding.All,
        NotSyntax => Binding.Not,
        MembershipSyntax => Binding.Comparison,
        BinarySyntax binary when binary.Operator.Compares() => Binding.Comparison,
        BinarySyntax { Operator: Operator.Add or Operator.Subtract } => Binding.Sum,
        BinarySyntax => Binding.Product,
        NegativeSyntax => Binding.Sign,
        _ => Binding.Value,
    };

    private static void WriteForm(StringBuilder text, Syntax syntax, Binding own)
    {
        switch (syntax)
        {
            case NumberSyntax number:
                text.Append(number.Value.ToString(PlainDigits, CultureInfo.InvariantCulture));
                break;
            case DurationSyntax duration:
                text.Append(DurationText.Render(TimeSpan.FromMilliseconds(duration.Milliseconds)));
                break;
            case TextSyntax literal:
                text.Append('"').Append(literal.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
                break;
            case BooleanSyntax truth:
                text.Append(truth.Value ? "true" : "false");
                break;
            case NameSyntax name:
                text.Append(name.Name);
                break;
            case CallSyntax call:
                WriteList(text.Append(call.Name), call.Arguments, ", ", Binding.Any, parentheses: true);
                break;
            case NegativeSyntax negative:
                Write(text.Append('-'), negative.Operand, own);
                break;
            case NotSyntax not:
                Write(text.Append("not "), not.Operand, own);
                break;
            case BinarySyntax binary:
                // Comparisons don't chain; the others lean left.
                Write(text, binary.Left, own == Binding.Comparison ? own + 1 : own);
                text.Append(' ').Append(binary.Operator.Symbol()).Append(' ');
                Write(text, binary.Right, own + 1);
                break;
            case MembershipSyntax membership:
                Write(text, membership.Subject, own + 1);
                WriteList(text.Append(membership.Negated ? " not in " : " in "), membership.Choices, ", ", Binding.Any, parentheses: true);
                break;
            case AllSyntax all:
                WriteList(text, all.Terms, " and ", own + 1, parentheses: false);
                break;
            case AnySyntax any:
                WriteList(text, any.Terms, " or ", own + 1, parentheses: false);
                break;
            default:
                throw new UnreachableException($"syntax {syntax.GetType().Name}");
        }
    }

    private static void WriteList(StringBuilder text, ImmutableArray<Syntax> parts, string between, Binding wanted, bool parentheses)
    {
        text.Append(parentheses ? "(" : "");
        for (var i = 0; i < parts.Length; i++)
        {
            Write(text.Append(i == 0 ? "" : between), parts[i], wanted);
        }

        text.Append(parentheses ? ")" : "");
    }
}
