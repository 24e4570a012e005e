using System.Diagnostics;

namespace SegmentOfOne.Domain.Playbooks.Language;

internal sealed class ConstantNumber(double value) : NumberNode
{
    public double Constant => value;

    public override double Value(in Scope scope) => value;
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
        NumberFact.Silence => scope.Customer.Silence(scope.At).TotalMilliseconds,
        NumberFact.HourUtc => HourOf(scope.At),
        _ => throw new UnreachableException($"fact {fact}"),
    };

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
    public override double Value(in Scope scope) => scope.Customer.Count(type, Instant.Min);
}

/// <summary>Occurrences of an interaction type within a window that ends now.</summary>
internal sealed class CountNumber(string type, TimeSpan window) : NumberNode, IBoundedCount
{
    public int Limit => Limits.RecentOccurrences;

    public override double Value(in Scope scope) => scope.Customer.Count(type, scope.At - window);
}

internal sealed class DistinctItemsNumber(TimeSpan window) : NumberNode, IBoundedCount
{
    public int Limit => Limits.RecentItems;

    public override double Value(in Scope scope) => scope.Customer.DistinctItems(scope.At - window);
}

/// <summary>UTC days with an interaction among today and the days before it, so many in all.</summary>
internal sealed class ActiveDaysNumber(int days) : NumberNode
{
    public override double Value(in Scope scope)
    {
        var today = scope.At.UtcDay;
        var active = 0;
        foreach (var day in scope.Customer.Journey.ActiveDays)
        {
            active += day > today - days && day <= today ? 1 : 0;
        }

        return active;
    }
}

/// <summary>Time since the first or the last occurrence of a type; missing when it never occurred.</summary>
internal sealed class SinceNumber(string type, bool first) : NumberNode
{
    public override double Value(in Scope scope) =>
        Elapsed.Since(scope.At, first ? scope.Customer.First(type) : scope.Customer.Last(type));
}

/// <summary>Time since the first or the last interaction that gave this evidence; missing when none did.</summary>
internal sealed class SinceEvidenceNumber(Evidence evidence, bool first) : NumberNode
{
    public override double Value(in Scope scope) =>
        Elapsed.Since(scope.At, first ? scope.Customer.EvidenceFirst(evidence) : scope.Customer.EvidenceLast(evidence));
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
    public override double Value(in Scope scope) => -operand.Value(scope);
}

internal sealed class ArithmeticNumber(Operator @operator, NumberNode left, NumberNode right) : NumberNode
{
    public override double Value(in Scope scope) => Compute(@operator, left.Value(scope), right.Value(scope));

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
    public override double Value(in Scope scope)
    {
        var value = operand.Value(scope);
        return function switch
        {
            NumberFunction.Abs => Math.Abs(value),
            NumberFunction.Floor => Math.Floor(value),
            NumberFunction.Log10 => ArithmeticNumber.FiniteOrMissing(Math.Log10(value)),
            _ => throw new UnreachableException($"function {function}"),
        };
    }
}

/// <summary>The least or the greatest; missing when one of them is.</summary>
internal sealed class ExtremeNumber(bool greatest, NumberNode[] operands) : NumberNode
{
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
}

internal sealed class ChosenNumber(BooleanNode condition, NumberNode then, NumberNode otherwise) : NumberNode
{
    public override double Value(in Scope scope) => condition.Value(scope) ? then.Value(scope) : otherwise.Value(scope);
}

internal static class Elapsed
{
    /// <summary>Milliseconds from then to now, at least 0; missing when there is no then.</summary>
    public static double Since(Instant at, Instant? then) =>
        then is { } time ? Math.Max(0, at.UnixMilliseconds - time.UnixMilliseconds) : double.NaN;
}
