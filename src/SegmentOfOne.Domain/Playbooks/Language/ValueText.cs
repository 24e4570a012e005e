using System.Diagnostics;
using System.Globalization;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>What a compiled part yields, as people read it.</summary>
internal static class ValueText
{
    private static readonly (string Unit, double Milliseconds)[] Units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000)];

    /// <summary>"missing" for what is.</summary>
    public static string Of(in Typed part, in Scope scope) => part.Type switch
    {
        ExpressionType.Number => Number(((NumberNode)part.Node).Value(scope)),
        ExpressionType.Duration => Duration(((NumberNode)part.Node).Value(scope)),
        ExpressionType.Text => ((TextNode)part.Node).Value(scope) is { } text ? $"\"{text}\"" : "missing",
        ExpressionType.Boolean => ((BooleanNode)part.Node).Value(scope) ? "true" : "false",
        ExpressionType.Stage => Words.NameOf(scope.Customer.Stage),
        _ => throw new UnreachableException($"type {part.Type}"),
    };

    public static string Number(double value) =>
        double.IsNaN(value) ? "missing" : value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Duration(double milliseconds)
    {
        if (double.IsNaN(milliseconds))
        {
            return "missing";
        }

        foreach (var (unit, length) in Units)
        {
            if (Math.Abs(milliseconds) >= length)
            {
                return (milliseconds / length).ToString("0.##", CultureInfo.InvariantCulture) + unit;
            }
        }

        return (milliseconds / 1000).ToString("0.##", CultureInfo.InvariantCulture) + "s";
    }
}
