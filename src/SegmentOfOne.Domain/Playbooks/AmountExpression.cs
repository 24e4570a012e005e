using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>An amount of money, computed in decimal from an interaction's properties. A text property is read as the exact decimal
/// it spells; a number as the shortest decimal that reads back as the same double. Allocates nothing and never throws.</summary>
public sealed class AmountExpression
{
    private readonly AmountNode root;

    internal AmountExpression(Syntax syntax, AmountNode root, ImmutableArray<string> reads)
    {
        this.root = root;
        Reads = reads;
        Text = SyntaxText.Render(syntax);
    }

    /// <summary>The expression in its canonical form.</summary>
    public string Text { get; }

    /// <inheritdoc cref="Expression.Reads"/>
    public ImmutableArray<string> Reads { get; }

    /// <summary>The amount, to <see cref="PlaybookLimits.AmountDecimals"/> decimals; 0 when a property it needs is missing or is no decimal.
    /// False when it, or something that it is computed from, exceeds <see cref="PlaybookLimits.Amount"/>.</summary>
    public bool TryAmount(in Scope scope, out decimal amount)
    {
        var value = root.Value(scope) ?? 0;
        var fits = value != AmountNode.Beyond;
        amount = fits ? decimal.Round(value, PlaybookLimits.AmountDecimals) : 0;
        return fits;
    }

    public override string ToString() => Text;
}
