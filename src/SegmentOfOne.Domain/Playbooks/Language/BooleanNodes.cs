using System.Diagnostics;

namespace SegmentOfOne.Domain.Playbooks.Language;

internal sealed class ConstantTruth(bool value) : BooleanNode
{
    public static readonly ConstantTruth Never = new(false);

    public override bool Value(in Scope scope) => value;
}

internal sealed class OverlayTruth(Overlay overlay) : BooleanNode
{
    public override bool Value(in Scope scope) => overlay switch
    {
        Overlay.AtRisk => scope.Customer.AtRisk,
        Overlay.InRecovery => scope.Customer.InRecovery,
        _ => throw new UnreachableException($"overlay {overlay}"),
    };
}

/// <summary>Whether an interaction gave this evidence, ever or within a window that ends now.</summary>
internal sealed class EvidenceTruth(Evidence evidence, TimeSpan? window) : BooleanNode
{
    public override Needs Needs => window is null ? Needs.Nothing : Needs.Time;

    public override bool Value(in Scope scope) => IsWithin(scope.Customer, scope.At);

    /// <summary>Time only takes it out of the window.</summary>
    public override Truths Over(in Stretch stretch) =>
        TruthsOf.Of(IsWithin(stretch.Customer, stretch.From), !IsWithin(stretch.Customer, stretch.To));

    private bool IsWithin(CustomerState customer, Instant at) =>
        customer.EvidenceLast(evidence) is { } last && (window is not { } length || last > at - length);
}

/// <summary>Whether the customer has entered this fence and not left it, as far as the last known position says.</summary>
internal sealed class FenceTruth(string fence) : BooleanNode
{
    public override Needs Needs => Needs.Time;

    public override bool Value(in Scope scope) => scope.Customer.Location.IsIn(fence, scope.At);

    /// <summary>Time only lets the position be forgotten.</summary>
    public override Truths Over(in Stretch stretch) =>
        TruthsOf.Of(stretch.Customer.Location.IsIn(fence, stretch.From), !stretch.Customer.Location.IsIn(fence, stretch.To));
}

/// <summary>Whether the customer is in this segment, which only a turn changes.</summary>
internal sealed class SegmentTruth(string segment) : BooleanNode
{
    public override bool Value(in Scope scope) => scope.Customer.Segments.Has(segment);
}

/// <summary>Whether the customer is in this journey, or ever entered it.</summary>
internal sealed class JourneyTruth(string journey, bool ever) : BooleanNode
{
    public override bool Value(in Scope scope) =>
        ever ? scope.Customer.Journeys.PastOf(journey) is not null : scope.Customer.Journeys.RunsOf(journey) > 0;
}

/// <summary>A property as a truth: the truth itself, or the text true or false; else <paramref name="otherwise"/>.</summary>
internal sealed class PropertyTruth(string name, bool otherwise) : BooleanNode
{
    public override bool Value(in Scope scope) =>
        scope.Request is { } request && request.Properties.TryGet(name, out var value) && PropertyReading.TryTruth(value, out var truth)
            ? truth
            : otherwise;
}

internal sealed class HasTruth(string property) : BooleanNode
{
    public override bool Value(in Scope scope) => scope.Request is { } request && request.Properties.TryGet(property, out _);
}

internal sealed class NotTruth(BooleanNode operand) : BooleanNode
{
    public override Needs Needs { get; } = operand.Needs;

    public override bool Value(in Scope scope) => !operand.Value(scope);

    public override Truths Over(in Stretch stretch)
    {
        var inner = operand.Over(stretch);
        return inner == Truths.Either ? inner : inner ^ Truths.Either;
    }
}

internal sealed class AllTruth(BooleanNode[] terms) : BooleanNode
{
    public override Needs Needs { get; } = NeedsOf.All(terms);

    public override bool Value(in Scope scope)
    {
        foreach (var term in terms)
        {
            if (!term.Value(scope))
            {
                return false;
            }
        }

        return true;
    }

    public override Truths Over(in Stretch stretch)
    {
        var all = Truths.Always;
        foreach (var term in terms)
        {
            var one = term.Over(stretch);
            if (one == Truths.Never)
            {
                return one;
            }

            all = one == Truths.Always ? all : one;
        }

        return all;
    }
}

internal sealed class AnyTruth(BooleanNode[] terms) : BooleanNode
{
    public override Needs Needs { get; } = NeedsOf.All(terms);

    public override bool Value(in Scope scope)
    {
        foreach (var term in terms)
        {
            if (term.Value(scope))
            {
                return true;
            }
        }

        return false;
    }

    public override Truths Over(in Stretch stretch)
    {
        var any = Truths.Never;
        foreach (var term in terms)
        {
            var one = term.Over(stretch);
            if (one == Truths.Always)
            {
                return one;
            }

            any = one == Truths.Never ? any : one;
        }

        return any;
    }
}

/// <summary>Compares two numbers or two durations; false when one is missing.</summary>
internal sealed class NumberComparison(Operator comparison, NumberNode left, NumberNode right) : BooleanNode
{
    public override Needs Needs { get; } = left.Needs | right.Needs;

    public override bool Value(in Scope scope)
    {
        var (a, b) = (left.Value(scope), right.Value(scope));
        return comparison switch
        {
            Operator.Equal => a == b,
            Operator.NotEqual => a < b || a > b,
            Operator.Less => a < b,
            Operator.LessOrEqual => a <= b,
            Operator.Greater => a > b,
            Operator.GreaterOrEqual => a >= b,
            _ => throw new UnreachableException($"comparison {comparison}"),
        };
    }

    public override Truths Over(in Stretch stretch) => IsTimed
        ? Bounds.Compare(comparison, left.Over(stretch), right.Over(stretch), stretch.Milliseconds)
        : base.Over(stretch);
}

/// <summary>Whether two texts are equal, or whether they differ; false when one is missing.</summary>
internal sealed class TextComparison(bool equal, TextNode left, TextNode right) : BooleanNode
{
    public override Needs Needs { get; } = left.Needs | right.Needs;

    public override bool Value(in Scope scope) =>
        left.Value(scope) is { } a && right.Value(scope) is { } b && string.Equals(a, b, StringComparison.Ordinal) == equal;

    public override Truths Over(in Stretch stretch) =>
        left.IsSteady(stretch) && right.IsSteady(stretch) ? TruthsOf.Value(Value(stretch.Start)) : Truths.Either;
}

/// <summary>Compares the customer's stage. Lapsed and Erased stand outside the order: they are equal or not, never lower or higher.</summary>
internal sealed class StageComparison(Operator comparison, Stage other) : BooleanNode
{
    public override bool Value(in Scope scope)
    {
        var stage = scope.Customer.Stage;
        var ordered = stage <= Stage.Advocacy;
        return comparison switch
        {
            Operator.Equal => stage == other,
            Operator.NotEqual => stage != other,
            Operator.Less => ordered && stage < other,
            Operator.LessOrEqual => ordered && stage <= other,
            Operator.Greater => ordered && stage > other,
            Operator.GreaterOrEqual => ordered && stage >= other,
            _ => throw new UnreachableException($"comparison {comparison}"),
        };
    }
}

internal sealed class NumberMembership(NumberNode subject, double[] choices, bool negated) : BooleanNode
{
    public override Needs Needs { get; } = subject.Needs;

    public override bool Value(in Scope scope) => subject.Value(scope) is var value && !double.IsNaN(value) && IsChosen(value) != negated;

    public override Truths Over(in Stretch stretch)
    {
        if (!IsTimed)
        {
            return base.Over(stretch);
        }

        var bounds = subject.Over(stretch);
        if (bounds.IsMissing)
        {
            return Truths.Never;
        }

        var (canBe, canNotBe) = (false, true);
        foreach (var choice in choices)
        {
            canBe |= choice >= bounds.Low && choice <= bounds.High;
        }

        // So few whole numbers lie between the bounds that each can be looked at, as hours of a day can.
        if (canBe && (bounds.Low == bounds.High || (subject.IsWhole && bounds.High - bounds.Low < choices.Length)))
        {
            canNotBe = false;
            for (var value = bounds.Low; value <= bounds.High; value++)
            {
                canNotBe |= !IsChosen(value);
            }
        }

        return negated ? TruthsOf.Of(canNotBe, canBe || bounds.MayMiss) : TruthsOf.Of(canBe, canNotBe || bounds.MayMiss);
    }

    private bool IsChosen(double value) => Array.IndexOf(choices, value) >= 0;
}

internal sealed class TextMembership(TextNode subject, string[] choices, bool negated) : BooleanNode
{
    public override Needs Needs { get; } = subject.Needs;

    public override Truths Over(in Stretch stretch) =>
        subject.IsSteady(stretch) ? TruthsOf.Value(Value(stretch.Start)) : Truths.Either;

    public override bool Value(in Scope scope) =>
        subject.Value(scope) is { } value && Array.IndexOf(choices, value) >= 0 != negated;
}

internal sealed class StageMembership(Stage[] choices, bool negated) : BooleanNode
{
    public override bool Value(in Scope scope) => Array.IndexOf(choices, scope.Customer.Stage) >= 0 != negated;
}
