using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>A number or a condition that a marketer wrote, checked and compiled. Evaluation allocates nothing, ends, and never throws.
/// <para>What cannot be known (a property that the request doesn't have, the time since something that never happened, a
/// division by zero, a logarithm of zero) is <em>missing</em>: arithmetic with it is missing, every comparison with it is false,
/// and a rule whose whole number is missing counts as 0.</para></summary>
public sealed class Expression
{
    private readonly NumberNode? number;
    private readonly BooleanNode? condition;

    internal Expression(Syntax syntax, ExpressionType type, Node root, ImmutableArray<string> reads)
    {
        number = root as NumberNode;
        condition = root as BooleanNode;
        Syntax = syntax;
        Type = type;
        Reads = reads;
        Text = SyntaxText.Render(syntax);
    }

    /// <summary><see cref="ExpressionType.Number"/> or <see cref="ExpressionType.Boolean"/>.</summary>
    public ExpressionType Type { get; }

    /// <summary>The expression in its canonical form: what two expressions share that say the same in the same order.</summary>
    public string Text { get; }

    /// <summary>The facts that it can read, such as <c>intimacy</c> or <c>count("order_completed", 30d)</c>, each once, in order of appearance.</summary>
    public ImmutableArray<string> Reads { get; }

    internal Syntax Syntax { get; }

    /// <summary>The number; 0 when it is missing. Always finite.</summary>
    /// <exception cref="InvalidOperationException">This is a condition.</exception>
    public double Number(in Scope scope)
    {
        var value = (number ?? throw new InvalidOperationException($"{Text} is no number")).Value(scope);
        return double.IsFinite(value) ? value : 0;
    }

    /// <summary>Whether the condition holds.</summary>
    /// <exception cref="InvalidOperationException">This is a number.</exception>
    public bool Holds(in Scope scope) => (condition ?? throw new InvalidOperationException($"{Text} is no condition")).Value(scope);

    public override string ToString() => Text;
}
