namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>A trait that is a number of its own: how often, or a sum; 0 when nothing counts.</summary>
internal sealed class TraitAmount(TraitRule trait) : NumberNode
{
    public override double Value(in Scope scope) => scope.Customer.Traits.Of(trait)?.Number(scope.At) ?? 0;
}

/// <summary>How many different values; there are never more than <see cref="Limit"/>.</summary>
internal sealed class TraitDistinct(TraitRule trait) : NumberNode, IBoundedCount
{
    public int Limit => Limits.TraitDistinct;

    public override double Value(in Scope scope) => scope.Customer.Traits.Of(trait)?.Number(scope.At) ?? 0;
}

/// <summary>A trait's value as a number: the number itself, or a text that spells one; else <paramref name="otherwise"/>.</summary>
internal sealed class TraitNumber(TraitRule trait, double otherwise) : NumberNode
{
    public override double Value(in Scope scope) =>
        scope.Customer.Traits.Of(trait) is { } known && known.TryValue(scope.At, out var value) && PropertyReading.TryNumber(value, out var number)
            ? number
            : otherwise;
}

/// <summary>A trait's value as a truth: the truth itself, or the text true or false; else <paramref name="otherwise"/>.</summary>
internal sealed class TraitTruth(TraitRule trait, bool otherwise) : BooleanNode
{
    public override bool Value(in Scope scope) =>
        scope.Customer.Traits.Of(trait) is { } known && known.TryValue(scope.At, out var value) && PropertyReading.TryTruth(value, out var truth)
            ? truth
            : otherwise;
}

/// <summary>A trait's value as text; else <paramref name="otherwise"/>.</summary>
internal sealed class TraitText(TraitRule trait, string? otherwise) : TextNode
{
    public override string? Value(in Scope scope) =>
        scope.Customer.Traits.Of(trait) is { } known && known.TryValue(scope.At, out var value) && value.Kind == PropertyKind.Text
            ? value.Text
            : otherwise;
}
