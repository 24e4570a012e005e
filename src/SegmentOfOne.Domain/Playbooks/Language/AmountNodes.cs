using System.Diagnostics;

namespace SegmentOfOne.Domain.Playbooks.Language;

internal sealed class ConstantAmount(decimal value) : AmountNode
{
    public override decimal? Value(in Scope scope) => Bounded(value);
}

internal sealed class PropertyAmount(string name, decimal? otherwise) : AmountNode
{
    public override decimal? Value(in Scope scope) =>
        scope.Request is { } request && request.Properties.TryGet(name, out var value) && PropertyReading.TryAmount(value, out var amount)
            ? amount
            : otherwise;
}

internal sealed class NegativeAmount(AmountNode operand) : AmountNode
{
    public override decimal? Value(in Scope scope)
    {
        var amount = operand.Value(scope);
        return amount == Beyond ? Beyond : -amount;
    }
}

internal sealed class AbsoluteAmount(AmountNode operand) : AmountNode
{
    public override decimal? Value(in Scope scope) => operand.Value(scope) is { } amount ? Math.Abs(amount) : null;
}

/// <summary>Arithmetic in decimal. No operand exceeds <see cref="PlaybookLimits.Amount"/>, so no operation overflows.</summary>
internal sealed class ArithmeticAmount(Operator @operator, AmountNode left, AmountNode right) : AmountNode
{
    public override decimal? Value(in Scope scope)
    {
        if (left.Value(scope) is not { } a || right.Value(scope) is not { } b)
        {
            return null;
        }

        if (a == Beyond || b == Beyond)
        {
            return Beyond;
        }

        return @operator switch
        {
            Operator.Add => Bounded(a + b),
            Operator.Subtract => Bounded(a - b),
            Operator.Multiply => Bounded(a * b),
            Operator.Divide => Quotient(a, b),
            _ => throw new UnreachableException($"operator {@operator}"),
        };
    }

    /// <summary>Missing when the divisor is 0.</summary>
    private static decimal? Quotient(decimal a, decimal b) =>
        b == 0 ? null
        : Math.Abs(b) < 1 && Math.Abs(a) > PlaybookLimits.Amount * Math.Abs(b) ? Beyond
        : Bounded(a / b);
}

internal sealed class ExtremeAmount(bool greatest, AmountNode[] operands) : AmountNode
{
    public override decimal? Value(in Scope scope)
    {
        decimal? extreme = null;
        foreach (var operand in operands)
        {
            if (operand.Value(scope) is not { } amount)
            {
                return null;
            }

            extreme = extreme is not { } known ? amount
                : known == Beyond || amount == Beyond ? Beyond
                : greatest ? Math.Max(known, amount) : Math.Min(known, amount);
        }

        return extreme;
    }
}

internal sealed class ChosenAmount(BooleanNode condition, AmountNode then, AmountNode otherwise) : AmountNode
{
    public override decimal? Value(in Scope scope) => condition.Value(scope) ? then.Value(scope) : otherwise.Value(scope);
}
