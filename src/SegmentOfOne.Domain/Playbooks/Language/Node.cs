namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>A compiled part of an expression.</summary>
internal abstract class Node
{
    private protected Node()
    {
    }

    /// <summary>What it, or a part of it, depends on.</summary>
    public virtual Needs Needs => Needs.Nothing;

    protected bool IsTimed => Needs != Needs.Nothing;
}

/// <summary>Yields a number, or a duration in milliseconds. NaN is "missing".</summary>
internal abstract class NumberNode : Node
{
    /// <summary>Whether it is a whole number whenever it isn't missing.</summary>
    public virtual bool IsWhole => false;

    public abstract double Value(in Scope scope);

    /// <summary>What it can be over a stretch. May tell less than is true, but for a stretch of one moment, which has the value.</summary>
    public virtual Bounds Over(in Stretch stretch) => IsTimed ? Bounds.Anything : Bounds.Of(Value(stretch.Start));
}

/// <summary>Yields a truth; what is missing doesn't hold.</summary>
internal abstract class BooleanNode : Node
{
    public abstract bool Value(in Scope scope);

    /// <summary>What it can be over a stretch. May tell less than is true.</summary>
    public virtual Truths Over(in Stretch stretch) => IsTimed ? Truths.Either : TruthsOf.Value(Value(stretch.Start));
}

/// <summary>Yields a text; null is "missing".</summary>
internal abstract class TextNode : Node
{
    public abstract string? Value(in Scope scope);

    /// <summary>Whether it surely is the same all over a stretch.</summary>
    public virtual bool IsSteady(in Stretch stretch) => !IsTimed;
}

/// <summary>Yields an amount; null is "missing", <see cref="Beyond"/> one that exceeds <see cref="PlaybookLimits.Amount"/>.</summary>
internal abstract class AmountNode : Node
{
    /// <summary>Whatever is computed from this is this, so that nothing small is ever made of what was too large.</summary>
    public const decimal Beyond = decimal.MaxValue;

    /// <summary>The amount, or <see cref="Beyond"/>.</summary>
    public static decimal Bounded(decimal amount) => Math.Abs(amount) <= PlaybookLimits.Amount ? amount : Beyond;

    public abstract decimal? Value(in Scope scope);
}

/// <summary>The customer's stage: only ever one side of a comparison, which asks the state itself.</summary>
internal sealed class StageNode : Node
{
    public static readonly StageNode Instance = new();
}
