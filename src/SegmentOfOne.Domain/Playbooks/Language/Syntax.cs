using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>What an expression says, as read: names are not resolved, types are not checked.
/// <paramref name="At"/> is the offset of the first character, or of the operator, in the text.</summary>
internal abstract record Syntax(int At)
{
    public virtual ImmutableArray<Syntax> Parts => [];

    /// <summary>The first part that stands deeper than so many levels; null when none does.</summary>
    public Syntax? FirstBeyond(int levels)
    {
        if (levels == 0)
        {
            return this;
        }

        foreach (var part in Parts)
        {
            if (part.FirstBeyond(levels - 1) is { } beyond)
            {
                return beyond;
            }
        }

        return null;
    }
}

/// <summary>A number as written, at most 15 digits: exact in decimal.</summary>
internal sealed record NumberSyntax(int At, decimal Value) : Syntax(At);

internal sealed record DurationSyntax(int At, long Milliseconds) : Syntax(At);

internal sealed record TextSyntax(int At, string Value) : Syntax(At);

internal sealed record BooleanSyntax(int At, bool Value) : Syntax(At);

internal sealed record NameSyntax(int At, string Name) : Syntax(At);

internal sealed record CallSyntax(int At, string Name, ImmutableArray<Syntax> Arguments) : Syntax(At)
{
    public override ImmutableArray<Syntax> Parts => Arguments;
}

internal sealed record NegativeSyntax(int At, Syntax Operand) : Syntax(At)
{
    public override ImmutableArray<Syntax> Parts => [Operand];
}

internal sealed record NotSyntax(int At, Syntax Operand) : Syntax(At)
{
    public override ImmutableArray<Syntax> Parts => [Operand];
}

/// <summary>Arithmetic or a comparison.</summary>
internal sealed record BinarySyntax(int At, Operator Operator, Syntax Left, Syntax Right) : Syntax(At)
{
    public override ImmutableArray<Syntax> Parts => [Left, Right];
}

/// <summary><c>subject in (choice, choice)</c>; the choices are literals.</summary>
internal sealed record MembershipSyntax(int At, Syntax Subject, bool Negated, ImmutableArray<Syntax> Choices) : Syntax(At)
{
    public override ImmutableArray<Syntax> Parts => [Subject, .. Choices];
}

/// <summary>Two or more terms, of which all must hold.</summary>
internal sealed record AllSyntax(int At, ImmutableArray<Syntax> Terms) : Syntax(At)
{
    public override ImmutableArray<Syntax> Parts => Terms;
}

/// <summary>Two or more terms, of which one must hold.</summary>
internal sealed record AnySyntax(int At, ImmutableArray<Syntax> Terms) : Syntax(At)
{
    public override ImmutableArray<Syntax> Parts => Terms;
}

internal enum Operator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

internal static class Operators
{
    public static bool Compares(this Operator @operator) => @operator >= Operator.Equal;

    public static string Symbol(this Operator @operator) => @operator switch
    {
        Operator.Add => "+",
        Operator.Subtract => "-",
        Operator.Multiply => "*",
        Operator.Divide => "/",
        Operator.Equal => "=",
        Operator.NotEqual => "!=",
        Operator.Less => "<",
        Operator.LessOrEqual => "<=",
        Operator.Greater => ">",
        Operator.GreaterOrEqual => ">=",
        _ => throw new System.Diagnostics.UnreachableException($"operator {@operator}"),
    };

    /// <summary>The comparison that says the same with its sides exchanged.</summary>
    public static Operator Mirrored(this Operator comparison) => comparison switch
    {
        Operator.Less => Operator.Greater,
        Operator.LessOrEqual => Operator.GreaterOrEqual,
        Operator.Greater => Operator.Less,
        Operator.GreaterOrEqual => Operator.LessOrEqual,
        _ => comparison,
    };
}
