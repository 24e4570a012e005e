using System.Diagnostics;

namespace SegmentOfOne.Domain.Playbooks.Language;

internal sealed class ConstantNumber(double value) : NumberNode
{
    public double Constant => value;

    public override bool IsWhole => value == Math.Floor(value);

    public override double Value(in Scope scope) => value;

    public override Bounds Over(in Stretch stretch) => Bounds.Of(value);
}

internal enum NumberFact
{
    Involvement,
    Interaction,
    Intimacy,
    Influence,
    Engagement,
    Advocacy,
    Orders,
    Revenue,
    Reentries,
    IntimacyRise,
    IntimacyFall,
    Silence,
    HourUtc,
}

/// <summary>A number that the customer or the clock has under a name.</summary>
internal sealed class FactNumber(NumberFact fact) : NumberNode
{
    private const long MillisecondsOfHour = 3_600_000;
    private const double LastHour = 23;

    public override Needs Needs => fact switch
    {
        <= NumberFact.Advocacy => Needs.Time | Needs.Scores,
        NumberFact.IntimacyRise or NumberFact.IntimacyFall or NumberFact.Silence or NumberFact.HourUtc => Needs.Time,
        _ => Needs.Nothing,
    };

    public override bool IsWhole => fact is NumberFact.Orders or NumberFact.Reentries or NumberFact.Silence or NumberFact.HourUtc;

    public override double Value(in Scope scope) => fact switch
    {
        NumberFact.Involvement => scope.Scores.Involvement,
        NumberFact.Interaction => scope.Scores.Interaction,
        NumberFact.Intimacy => scope.Scores.Intimacy,
        NumberFact.Influence => scope.Scores.Influence,
        NumberFact.Engagement => scope.Scores.Engagement,
        NumberFact.Advocacy => scope.Scores.Advocacy,
        NumberFact.Orders => scope.Customer.Orders,
        NumberFact.Revenue => (double)scope.Customer.Revenue,
        NumberFact.Reentries => scope.Customer.Reentries,
        NumberFact.IntimacyRise => scope.Customer.Engagement.ShiftAt(scope.At).Rise,
        NumberFact.IntimacyFall => scope.Customer.Engagement.ShiftAt(scope.At).Fall,
        NumberFact.Silence => SilenceAt(scope.Customer, scope.At),
        NumberFact.HourUtc => HourOf(scope.At),
        _ => throw new UnreachableException($"fact {fact}"),
    };

    public override Bounds Over(in Stretch stretch) => fact switch
    {
        <= NumberFact.Advocacy => stretch.Customer.Engagement.Over((RankedScore)fact, stretch),
        NumberFact.IntimacyRise => Bounds.Between(
            stretch.Customer.Engagement.ShiftAt(stretch.From).Rise, stretch.Customer.Engagement.ShiftAt(stretch.To).Rise),
        NumberFact.IntimacyFall => Bounds.Between(
            stretch.Customer.Engagement.ShiftAt(stretch.From).Fall, stretch.Customer.Engagement.ShiftAt(stretch.To).Fall),
        NumberFact.Silence => Bounds.Passing(SilenceAt(stretch.Customer, stretch.From), SilenceAt(stretch.Customer, stretch.To)),
        NumberFact.HourUtc => stretch.From.UtcDay == stretch.To.UtcDay
            ? Bounds.Between(HourOf(stretch.From), HourOf(stretch.To))
            : Bounds.Between(0, LastHour),
        _ => base.Over(stretch),
    };

    private static double SilenceAt(CustomerState customer, Instant at) => Elapsed.Since(at, customer.LastSeen);

    private static long HourOf(Instant at) => (at.UnixMilliseconds - at.UtcDay * 24 * MillisecondsOfHour) / MillisecondsOfHour;
}

/// <summary>A count that a customer's state holds only so far up: what exceeds <see cref="Limit"/> reads as it.</summary>
internal interface IBoundedCount
{
    int Limit { get; }
}

/// <summary>Occurrences of an interaction type, ever.</summary>
internal sealed class TotalNumber(string type) : NumberNode
{
    public override bool IsWhole => true;

    public override double Value(in Scope scope) => scope.Customer.Count(type, Instant.Min);
}

/// <summary>Occurrences of an interaction type within a window that ends now.</summary>
internal sealed class CountNumber(string type, TimeSpan window) : NumberNode, IBoundedCount
{
    public int Limit => Limits.RecentOccurrences;

    public override Needs Needs => Needs.Time;

    public override bool IsWhole => true;

    public override double Value(in Scope scope) => scope.Customer.Count(type, scope.At - window);

    public override Bounds Over(in Stretch stretch) =>
        stretch.Customer.Activity.Of(type) is { } activity
            ? Bounds.Between(activity.CountAfter(stretch.From - window), activity.CountAfter(stretch.To - window))
            : Bounds.Of(0);
}

internal sealed class DistinctItemsNumber(TimeSpan window) : NumberNode, IBoundedCount
{
    public int Limit => Limits.RecentItems;

    public override Needs Needs => Needs.Time;

    public override bool IsWhole => true;

    public override double Value(in Scope scope) => scope.Customer.DistinctItems(scope.At - window);

    public override Bounds Over(in Stretch stretch) =>
        Bounds.Between(stretch.Customer.DistinctItems(stretch.From - window), stretch.Customer.DistinctItems(stretch.To - window));
}

/// <summary>UTC days with an interaction among today and the days before it, so many in all.</summary>
internal sealed class ActiveDaysNumber(int days) : NumberNode
{
    public override Needs Needs => Needs.Time;

    public override bool IsWhole => true;

    public override double Value(in Scope scope) => Count(scope.Customer, scope.At.UtcDay);

    /// <summary>No later day is active, so the count only falls.</summary>
    public override Bounds Over(in Stretch stretch) =>
        Bounds.Between(Count(stretch.Customer, stretch.From.UtcDay), Count(stretch.Customer, stretch.To.UtcDay));

    private int Count(CustomerState customer, int today)
    {
        var active = 0;
        foreach (var day in customer.Journey.ActiveDays)
        {
            active += day > today - days && day <= today ? 1 : 0;
        }

        return active;
    }
}

/// <summary>Time since the first or the last occurrence of a type; missing when it never occurred.</summary>
internal sealed class SinceNumber(string type, bool first) : NumberNode
{
    public override Needs Needs => Needs.Time;

    public override bool IsWhole => true;

    public override double Value(in Scope scope) => Elapsed.Since(scope.At, Then(scope.Customer));

    public override Bounds Over(in Stretch stretch) => Elapsed.Over(stretch, Then(stretch.Customer));

    private Instant? Then(CustomerState customer) => first ? customer.First(type) : customer.Last(type);
}

/// <summary>Time since the first or the last interaction that gave this evidence; missing when none did.</summary>
internal sealed class SinceEvidenceNumber(Evidence evidence, bool first) : NumberNode
{
    public override Needs Needs => Needs.Time;

    public override bool IsWhole => true;

    public override double Value(in Scope scope) => Elapsed.Since(scope.At, Then(scope.Customer));

    public override Bounds Over(in Stretch stretch) => Elapsed.Over(stretch, Then(stretch.Customer));

    private Instant? Then(CustomerState customer) => first ? customer.EvidenceFirst(evidence) : customer.EvidenceLast(evidence);
}

/// <summary>A property as a number: the number itself, or a text that spells one; else <paramref name="otherwise"/>.</summary>
internal sealed class PropertyNumber(string name, double otherwise) : NumberNode
{
    public override double Value(in Scope scope) =>
        scope.Request is { } request && request.Properties.TryGet(name, out var value) && PropertyReading.TryNumber(value, out var number)
            ? number
            : otherwise;
}

internal sealed class NegativeNumber(NumberNode operand) : NumberNode
{
    public override Needs Needs { get; } = operand.Needs;

    public override double Value(in Scope scope) => -operand.Value(scope);

    public override Bounds Over(in Stretch stretch) => IsTimed ? Bounds.Negative(operand.Over(stretch)) : base.Over(stretch);
}

internal sealed class ArithmeticNumber(Operator @operator, NumberNode left, NumberNode right) : NumberNode
{
    public override Needs Needs { get; } = left.Needs | right.Needs;

    public override double Value(in Scope scope) => Compute(@operator, left.Value(scope), right.Value(scope));

    public override Bounds Over(in Stretch stretch) =>
        IsTimed ? Bounds.Compute(@operator, left.Over(stretch), right.Over(stretch)) : base.Over(stretch);

    public static double Compute(Operator @operator, double a, double b) => FiniteOrMissing(@operator switch
    {
        Operator.Add => a + b,
        Operator.Subtract => a - b,
        Operator.Multiply => a * b,
        Operator.Divide => a / b,
        _ => throw new UnreachableException($"operator {@operator}"),
    });

    /// <summary>What overflows is as unknown as what is divided by zero.</summary>
    public static double FiniteOrMissing(double value) => double.IsFinite(value) ? value : double.NaN;
}

internal enum NumberFunction
{
    Abs,
    Floor,
    Log10,
}

internal sealed class FunctionNumber(NumberFunction function, NumberNode operand) : NumberNode
{
    public override Needs Needs { get; } = operand.Needs;

    public override double Value(in Scope scope) => Of(operand.Value(scope));

    public override Bounds Over(in Stretch stretch)
    {
        if (!IsTimed)
        {
            return base.Over(stretch);
        }

        var inner = operand.Over(stretch);
        return inner.IsMissing ? Bounds.Missing
            : function == NumberFunction.Abs && inner.Low < 0
                ? inner.High <= 0 ? Bounds.Negative(inner) : Bounds.Between(0, Math.Max(-inner.Low, inner.High), inner.MayMiss)
            : function == NumberFunction.Abs ? inner
            : function == NumberFunction.Log10 && inner.Low <= 0
                ? inner.High <= 0 ? Bounds.Missing : Bounds.Between(double.MinValue, Of(inner.High), true)
            : Bounds.Between(Of(inner.Low), Of(inner.High), inner.MayMiss);
    }

    private double Of(double value) => function switch
    {
        NumberFunction.Abs => Math.Abs(value),
        NumberFunction.Floor => Math.Floor(value),
        NumberFunction.Log10 => ArithmeticNumber.FiniteOrMissing(Math.Log10(value)),
        _ => throw new UnreachableException($"function {function}"),
    };
}

/// <summary>The least or the greatest; missing when one of them is.</summary>
internal sealed class ExtremeNumber(bool greatest, NumberNode[] operands) : NumberNode
{
    public override Needs Needs { get; } = NeedsOf.All(operands);

    public override double Value(in Scope scope)
    {
        var extreme = operands[0].Value(scope);
        for (var i = 1; i < operands.Length; i++)
        {
            var value = operands[i].Value(scope);
            extreme = greatest ? Math.Max(extreme, value) : Math.Min(extreme, value);
        }

        return extreme;
    }

    public override Bounds Over(in Stretch stretch)
    {
        if (!IsTimed)
        {
            return base.Over(stretch);
        }

        var extreme = operands[0].Over(stretch);
        for (var i = 1; i < operands.Length; i++)
        {
            extreme = Bounds.Extreme(greatest, extreme, operands[i].Over(stretch));
        }

        return extreme;
    }
}

internal sealed class ChosenNumber(BooleanNode condition, NumberNode then, NumberNode otherwise) : NumberNode
{
    public override Needs Needs { get; } = condition.Needs | then.Needs | otherwise.Needs;

    public override double Value(in Scope scope) => condition.Value(scope) ? then.Value(scope) : otherwise.Value(scope);

    public override Bounds Over(in Stretch stretch) => !IsTimed ? base.Over(stretch) : condition.Over(stretch) switch
    {
        Truths.Always => then.Over(stretch),
        Truths.Never => otherwise.Over(stretch),
        _ => Bounds.Join(then.Over(stretch), otherwise.Over(stretch)),
    };
}

internal static class Elapsed
{
    /// <summary>Milliseconds from then to now, at least 0; missing when there is no then.</summary>
    public static double Since(Instant at, Instant? then) =>
        then is { } time ? Math.Max(0, at.UnixMilliseconds - time.UnixMilliseconds) : double.NaN;

    public static Bounds Over(in Stretch stretch, Instant? then) =>
        then is null ? Bounds.Missing : Bounds.Passing(Since(stretch.From, then), Since(stretch.To, then));
}
