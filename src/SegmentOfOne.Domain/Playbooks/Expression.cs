using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Domain.Clocks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>A number, a condition or a text that a marketer wrote, checked and compiled. Evaluation ends, never throws, and allocates
/// nothing but the text it shows.
/// <para>What cannot be known (a property that the request doesn't have, the time since something that never happened, a
/// division by zero, a logarithm of zero) is <em>missing</em>: arithmetic with it is missing, every comparison with it is false,
/// and a rule whose whole number is missing counts as 0.</para></summary>
public sealed class Expression
{
    private readonly Node root;
    private readonly NumberNode? number;
    private readonly BooleanNode? condition;
    private readonly Traces traces;

    internal Expression(Syntax syntax, Typed root, Traces traces)
    {
        this.root = root.Node;
        number = root.Node as NumberNode;
        condition = root.Node as BooleanNode;
        this.traces = traces;
        Syntax = syntax;
        Type = root.Type;
        Reads = traces.Reads;
        Text = SyntaxText.Render(syntax);
    }

    /// <summary><see cref="ExpressionType.Number"/> or <see cref="ExpressionType.Boolean"/>; of what is shown to people also
    /// <see cref="ExpressionType.Text"/> or <see cref="ExpressionType.Stage"/>.</summary>
    public ExpressionType Type { get; }

    /// <summary>The expression in its canonical form: what two expressions share that say the same in the same order.</summary>
    public string Text { get; }

    /// <summary>The facts that it can read, such as <c>intimacy</c> or <c>count("order_completed", 30d)</c>, each once, in order of appearance.</summary>
    public ImmutableArray<string> Reads { get; }

    internal Syntax Syntax { get; }

    /// <summary>The condition as it was compiled; where this is none, one that never holds.</summary>
    internal BooleanNode Condition => condition ?? ConstantTruth.Never;

    /// <summary>Whether it is a condition that never holds, whatever happens.</summary>
    internal bool IsNever => condition is not null && new Constancy(traces).Of(Syntax) == false;

    /// <summary>Whether it is a condition that always holds.</summary>
    internal bool IsAlways => condition is not null && new Constancy(traces).Of(Syntax) == true;

    /// <summary>The number; 0 when it is missing. Always finite.</summary>
    /// <exception cref="InvalidOperationException">This is no number.</exception>
    public double Number(in Scope scope)
    {
        var value = (number ?? throw new InvalidOperationException($"{Text} is no number")).Value(scope);
        return double.IsFinite(value) ? value : 0;
    }

    /// <summary>Whether the condition holds.</summary>
    /// <exception cref="InvalidOperationException">This is no condition.</exception>
    public bool Holds(in Scope scope) => (condition ?? throw new InvalidOperationException($"{Text} is no condition")).Value(scope);

    /// <summary>Up to when the condition surely stays as it is at a time, for a customer to whom nothing happens and with no request at hand; certain when
    /// it changes then. Null: it never changes. Asked again from there it comes to the very millisecond.</summary>
    /// <param name="from">Not before the customer's clock.</param>
    public Due? NextChange(CustomerState customer, EngagementRules rules, Instant from)
    {
        if (Condition.Needs == Needs.Nothing)
        {
            return null;
        }

        var ever = from + Lookout.Ever;
        var watched = new Condition(Condition);
        var lookout = new Lookout(customer, rules, from, ever, certain: false, exact: false);
        lookout.Watch(watched, !watched.Holds(customer, rules, from), from);
        return lookout.To >= ever ? null : new Due(lookout.To, lookout.IsCertain);
    }

    /// <summary>The value as people read it, a number with so many decimals (null: as many as it has, at most 2);
    /// null when it is missing or empty.</summary>
    public string? Shown(in Scope scope, int? decimals) => root switch
    {
        NumberNode shown => shown.Value(scope) is var value && double.IsNaN(value)
            ? null
            : value.ToString(decimals is { } places ? "F" + places : "0.##", CultureInfo.InvariantCulture),
        TextNode shown => shown.Value(scope) is { Length: > 0 } text ? text : null,
        StageNode => Words.NameOf(scope.Customer.Stage),
        _ => throw new UnreachableException($"node {root.GetType().Name}"),
    };

    /// <summary>The value as a property has it; null when it is missing.</summary>
    internal PropertyValue? Value(in Scope scope) => root switch
    {
        NumberNode said => said.Value(scope) is var value && double.IsFinite(value) ? PropertyValue.Of(value) : default(PropertyValue?),
        BooleanNode said => PropertyValue.Of(said.Value(scope)),
        TextNode said => said.Value(scope) is { } text ? PropertyValue.Of(text) : default(PropertyValue?),
        StageNode => PropertyValue.Of(Words.NameOf(scope.Customer.Stage)),
        _ => throw new UnreachableException($"node {root.GetType().Name}"),
    };

    /// <summary>The facts it reads, each with its value at this moment.</summary>
    public ImmutableArray<FactRead> Read(in Scope scope)
    {
        var facts = ImmutableArray.CreateBuilder<FactRead>();
        foreach (var name in Reads)
        {
            var reading = traces.Readings.Values.First(each => each.Name == name);
            facts.Add(new FactRead(name, ValueText.Of(reading.Fact, scope)));
        }

        return facts.DrainToImmutable();
    }

    /// <summary>What would have had to be different for a condition that doesn't hold, with the facts that decided it,
    /// such as <c>orders >= 2 (orders is 1)</c>.</summary>
    public string Shortfall(in Scope scope) => new Shortfall(traces).Of(Syntax, scope);

    public override string ToString() => Text;
}
