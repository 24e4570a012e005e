using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>A trait that is a number of its own: how often, or a sum; 0 when nothing counts.</summary>
internal class TraitAmount(TraitRule trait) : NumberNode
{
    public override Needs Needs => trait.Window is null ? Needs.Nothing : Needs.Time;

    public override bool IsWhole => trait.Kind != TraitKind.Sum;

    public override double Value(in Scope scope) => scope.Customer.Traits.Of(trait)?.Number(scope.At) ?? 0;

    /// <summary>While nothing happens counts only fall; a sum changes only where slots end.</summary>
    public override Bounds Over(in Stretch stretch)
    {
        if (!IsTimed || stretch.Customer.Traits.Of(trait) is not { } known)
        {
            return Bounds.Of(Value(stretch.Start));
        }

        if (IsWhole)
        {
            return Bounds.Between(known.Number(stretch.From), known.Number(stretch.To));
        }

        var all = Bounds.Of(known.Number(stretch.From));
        for (var change = known.NextChange(stretch.From); change <= stretch.To; change = known.NextChange(change.Value))
        {
            all = Bounds.Join(all, Bounds.Of(known.Number(change.Value)));
        }

        return all;
    }
}

/// <summary>How many different values; there are never more than <see cref="Limit"/>.</summary>
internal sealed class TraitDistinct(TraitRule trait) : TraitAmount(trait), IBoundedCount
{
    public int Limit => Limits.TraitDistinct;
}

/// <summary>A trait's value as a number: the number itself, or a text that spells one; else <paramref name="otherwise"/>.</summary>
internal sealed class TraitNumber(TraitRule trait, double otherwise) : NumberNode
{
    public override Needs Needs => trait.Window is null ? Needs.Nothing : Needs.Time;

    public override double Value(in Scope scope) => Of(scope.Customer.Traits.Of(trait), scope.At);

    public override Bounds Over(in Stretch stretch)
    {
        var known = stretch.Customer.Traits.Of(trait);
        var all = Bounds.Of(Of(known, stretch.From));
        for (var change = known?.NextChange(stretch.From); change <= stretch.To; change = known!.NextChange(change.Value))
        {
            all = Bounds.Join(all, Bounds.Of(Of(known, change.Value)));
        }

        return all;
    }

    private double Of(TraitMemory? known, Instant at) =>
        known is not null && known.TryValue(at, out var value) && PropertyReading.TryNumber(value, out var number) ? number : otherwise;
}

/// <summary>A trait's value as a truth: the truth itself, or the text true or false; else <paramref name="otherwise"/>.</summary>
internal sealed class TraitTruth(TraitRule trait, bool otherwise) : BooleanNode
{
    public override Needs Needs => trait.Window is null ? Needs.Nothing : Needs.Time;

    public override bool Value(in Scope scope) => Of(scope.Customer.Traits.Of(trait), scope.At);

    public override Truths Over(in Stretch stretch)
    {
        var known = stretch.Customer.Traits.Of(trait);
        var all = TruthsOf.Value(Of(known, stretch.From));
        for (var change = known?.NextChange(stretch.From); change <= stretch.To; change = known!.NextChange(change.Value))
        {
            all |= TruthsOf.Value(Of(known, change.Value));
        }

        return all;
    }

    private bool Of(TraitMemory? known, Instant at) =>
        known is not null && known.TryValue(at, out var value) && PropertyReading.TryTruth(value, out var truth) ? truth : otherwise;
}

/// <summary>A trait's value as text; else <paramref name="otherwise"/>.</summary>
internal sealed class TraitText(TraitRule trait, string? otherwise) : TextNode
{
    public override Needs Needs => trait.Window is null ? Needs.Nothing : Needs.Time;

    public override string? Value(in Scope scope) => Of(scope.Customer.Traits.Of(trait), scope.At);

    public override bool IsSteady(in Stretch stretch)
    {
        var known = stretch.Customer.Traits.Of(trait);
        var first = Of(known, stretch.From);
        for (var change = known?.NextChange(stretch.From); change <= stretch.To; change = known!.NextChange(change.Value))
        {
            if (!string.Equals(first, Of(known, change.Value), StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private string? Of(TraitMemory? known, Instant at) =>
        known is not null && known.TryValue(at, out var value) && value.Kind == PropertyKind.Text ? value.Text : otherwise;
}
