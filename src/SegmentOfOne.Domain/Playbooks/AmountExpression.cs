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

    /// <summary>The amount, to <see cref="PlaybookLimits.AmountDecimals"/> decimals; 0 when a property it needs is
    /// missing, is no decimal, or when it would exceed <see cref="PlaybookLimits.Amount"/>.</summary>
    public decimal Amount(in Scope scope) =>
        root.Value(scope) is { } amount ? decimal.Round(amount, PlaybookLimits.AmountDecimals) : 0;

    public override string ToString() => Text;
}
