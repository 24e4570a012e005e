using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Tests.Playbooks;

/// <summary>Says what an expression means, straight from its syntax and from the list of what happened. Null is "missing";
/// durations are milliseconds. What only the state can know (stage, overlays, shifts, scores) is taken from it.</summary>
internal sealed class NaiveInterpreter(
    IReadOnlyList<TurnRequest> happened, CustomerState state, Scores scores, TurnRequest request, Instant at)
{
    public object? Value(Syntax syntax) => syntax switch
    {
        NumberSyntax number => (double)number.Value,
        DurationSyntax duration => (double)duration.Milliseconds,
        TextSyntax text => text.Value,
        BooleanSyntax truth => truth.Value,
        NameSyntax name => Fact(name.Name),
        CallSyntax call => Call(call),
        NegativeSyntax negative => -(double?)Value(negative.Operand),
        NotSyntax not => !(bool)Value(not.Operand)!,
        AllSyntax all => all.Terms.All(term => (bool)Value(term)!),
        AnySyntax any => any.Terms.Any(term => (bool)Value(term)!),
        MembershipSyntax membership => Value(membership.Subject) is { } subject
            && membership.Choices.Any(choice => Meant(choice, subject).Equals(subject)) != membership.Negated,
        BinarySyntax binary when binary.Operator.Compares() => Compare(binary),
        BinarySyntax binary => Arithmetic(binary.Operator, (double?)Value(binary.Left), (double?)Value(binary.Right)),
        _ => throw new UnreachableException(),
    };

    private object? Fact(string name) => name switch
    {
        "involvement" => scores.Involvement,
        "interaction" => scores.Interaction,
        "intimacy" => scores.Intimacy,
        "influence" => scores.Influence,
        "engagement" => scores.Engagement,
        "advocacy" => scores.Advocacy,
        "intimacy_rise" => state.Engagement.ShiftAt(at).Rise,
        "intimacy_fall" => state.Engagement.ShiftAt(at).Fall,
        "orders" => (double)happened.Count(each => Proves(each, Evidence.Order)),
        "revenue" => (double)happened.Where(each => each.Type == "order_completed").Sum(each => (decimal)Property(each, "total")!.Value.Number),
        "reentries" => (double)state.Reentries,
        "stage" => state.Stage,
        "at_risk" => state.AtRisk,
        "in_recovery" => state.InRecovery,
        "type" => request.Type,
        "channel" => request.Channel,
        _ => throw new UnreachableException(),
    };

    private object? Call(CallSyntax call)
    {
        var name = (call.Arguments.FirstOrDefault() as TextSyntax)?.Value ?? "";
        bool OfType(TurnRequest each) => each.Type == name;
        bool OfEvidence(TurnRequest each) => Proves(each, Words.Evidences[name]);
        double? Number(int argument) => (double?)Value(call.Arguments[argument]);
        return call.Name switch
        {
            "count" => (double)Within(call, 1).Count(OfType),
            "evidence" => Within(call, 1).Any(OfEvidence),
            "distinct_items" => (double)Within(call, 0).Where(each => Rule(each)?.ItemProperty is not null).Select(each => Property(each, "product_id")).Distinct().Count(),
            "active_days" => (double)happened.Select(each => each.OccurredAt!.Value.UtcDay).Distinct().Count(day => day > at.UtcDay - Days(call)),
            "since_first" => Since(happened.Where(OfType).Min(each => each.OccurredAt?.UnixMilliseconds)),
            "since_last" => Since(happened.Where(OfType).Max(each => each.OccurredAt?.UnixMilliseconds)),
            "since_first_evidence" => Since(happened.Where(OfEvidence).Min(each => each.OccurredAt?.UnixMilliseconds)),
            "since_last_evidence" => Since(happened.Where(OfEvidence).Max(each => each.OccurredAt?.UnixMilliseconds)),
            "silence" => Since(happened.Max(each => each.OccurredAt!.Value.UnixMilliseconds)),
            "hour_utc" => (double)DateTimeOffset.FromUnixTimeMilliseconds(at.UnixMilliseconds).Hour,
            "has" => Property(request, name) is not null,
            "property" => Read(name) ?? (call.Arguments.Length == 2 ? Value(call.Arguments[1]) : name[0] == 'b' ? false : null),
            "if" => (bool)Value(call.Arguments[0])! ? Value(call.Arguments[1]) : Value(call.Arguments[2]),
            "min" => Extreme(call, Enumerable.Min),
            "max" => Extreme(call, Enumerable.Max),
            "abs" => Number(0) is { } number ? Math.Abs(number) : null,
            "floor" => Number(0) is { } number ? Math.Floor(number) : null,
            "log10" => Number(0) is { } number and > 0 ? Math.Log10(number) : null,
            _ => throw new UnreachableException(),
        };
    }

    private IEnumerable<TurnRequest> Within(CallSyntax call, int argument) => call.Arguments.Length > argument
        ? happened.Where(each => each.OccurredAt > at - TimeSpan.FromMilliseconds(((DurationSyntax)call.Arguments[argument]).Milliseconds))
        : happened;

    private double? Extreme(CallSyntax call, Func<IEnumerable<double>, double> extreme)
    {
        var numbers = call.Arguments.Select(argument => (double?)Value(argument)).ToList();
        return numbers.Contains(null) ? null : extreme(numbers.Select(number => number!.Value));
    }

    private double? Since(long? then) => at.UnixMilliseconds - then;

    private static double? Arithmetic(Operator @operator, double? left, double? right)
    {
        var result = @operator switch
        {
            Operator.Add => left + right,
            Operator.Subtract => left - right,
            Operator.Multiply => left * right,
            Operator.Divide => left / right,
            _ => throw new UnreachableException(),
        };
        return result is { } number && double.IsFinite(number) ? number : null;
    }

    private bool Compare(BinarySyntax binary)
    {
        var (left, right) = (Value(binary.Left), Value(binary.Right));
        if (left is null || right is null)
        {
            return false;
        }

        (left, right) = (Meant(binary.Left, right) is Stage a ? a : left, Meant(binary.Right, left) is Stage b ? b : right);
        var equal = left.Equals(right) || (left is double x && right is double y && x == y);
        if (binary.Operator is Operator.Equal or Operator.NotEqual)
        {
            return equal == (binary.Operator == Operator.Equal);
        }

        if (left is Stage.Lapsed or Stage.Erased || right is Stage.Lapsed or Stage.Erased)
        {
            return false;
        }

        var order = System.Collections.Comparer.DefaultInvariant.Compare(left, right);
        return binary.Operator switch
        {
            Operator.Less => order < 0,
            Operator.LessOrEqual => order <= 0,
            Operator.Greater => order > 0,
            Operator.GreaterOrEqual => order >= 0,
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>A literal beside a stage is the stage of that name.</summary>
    private object Meant(Syntax literal, object other) =>
        other is Stage && literal is TextSyntax text ? Words.Stages[text.Value] : Value(literal)!;

    private object? Read(string name) => (name[0], Property(request, name)) switch
    {
        (_, null) => null,
        ('n', { Kind: PropertyKind.Number } value) => value.Number,
        ('n', { Kind: PropertyKind.Text } value) => double.TryParse(value.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null,
        ('s', { Kind: PropertyKind.Text } value) => value.Text,
        ('b', { Kind: PropertyKind.Truth } value) => value.Truth,
        ('b', { Kind: PropertyKind.Text } value) => value.Text == "true" ? true : value.Text == "false" ? false : null,
        _ => null,
    };

    private static bool Proves(TurnRequest each, Evidence evidence) => Rule(each) is { } rule && rule.Evidence.HasFlag(evidence);

    private static InteractionRule? Rule(TurnRequest each) =>
        Playbook.Default.TryInteraction(each.Type!, out var rule) ? rule : null;

    private static PropertyValue? Property(TurnRequest each, string name) =>
        each.Properties.TryGet(name, out var value) ? value : default(PropertyValue?);

    private static double Days(CallSyntax call) => TimeSpan.FromMilliseconds(((DurationSyntax)call.Arguments[0]).Milliseconds).TotalDays;
}
