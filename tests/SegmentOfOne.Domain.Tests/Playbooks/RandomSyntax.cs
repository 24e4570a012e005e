using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Tests.Playbooks;

/// <summary>Invents expressions: well typed ones, which the checker accepts but where a bounded count meets too large a number,
/// and shapeless ones, which only the grammar accepts. A property's first letter tells what it holds: number, text or truth.</summary>
internal sealed class RandomSyntax(int seed)
{
    private static readonly string[] Types = ["page_viewed", "product_viewed", "product_added", "order_completed", "complaint_made", "rating_given"];
    private static readonly string[] Evidences = ["item", "cart", "order", "delivery", "use", "public_act", "complaint"];
    private static readonly string[] Facts = ["involvement", "interaction", "intimacy", "influence", "engagement", "advocacy", "intimacy_rise", "intimacy_fall", "orders", "revenue", "reentries"];
    private static readonly string[] Stages = ["unknown", "awareness", "discovery", "attraction", "interaction", "purchase", "use", "cultivation", "advocacy"];
    private static readonly Operator[] Comparisons = [Operator.Equal, Operator.NotEqual, Operator.Less, Operator.LessOrEqual, Operator.Greater, Operator.GreaterOrEqual];

    private readonly Random random = new(seed);

    public Syntax Boolean(int depth) => depth == 0 ? BooleanLeaf() : random.Next(9) switch
    {
        0 => new NotSyntax(0, Boolean(depth - 1)),
        1 => new AllSyntax(0, Several(() => Boolean(depth - 1))),
        2 => new AnySyntax(0, Several(() => Boolean(depth - 1))),
        3 => new BinarySyntax(0, One(Comparisons), Duration(depth - 1), Duration(depth - 1)),
        4 => new BinarySyntax(0, One(Operator.Equal, Operator.NotEqual), Text(), Text()),
        5 => new MembershipSyntax(0, Number(depth - 1), Coin(), Several(Literal)),
        6 => new MembershipSyntax(0, Text(), Coin(), Several(() => new TextSyntax(0, One(Types)))),
        7 => BooleanLeaf(),
        _ => new BinarySyntax(0, One(Comparisons), Number(depth - 1), Number(depth - 1)),
    };

    public Syntax Number(int depth) => depth == 0 ? NumberLeaf() : random.Next(9) switch
    {
        0 => new NegativeSyntax(0, Number(depth - 1)),
        1 => Call("if", Boolean(depth - 1), Number(depth - 1), Number(depth - 1)),
        2 => Call(One("min", "max"), [.. Several(() => Number(depth - 1))]),
        3 => Call(One("abs", "floor", "log10"), Number(depth - 1)),
        4 => new BinarySyntax(0, Operator.Divide, Duration(depth - 1), Duration(depth - 1)),
        5 => NumberLeaf(),
        _ => new BinarySyntax(0, One(Operator.Add, Operator.Subtract, Operator.Multiply, Operator.Divide), Number(depth - 1), Number(depth - 1)),
    };

    /// <summary>Anything that the grammar allows, sense or not.</summary>
    public Syntax Shapeless(int depth) => depth == 0 ? Leaf() : random.Next(7) switch
    {
        0 => new NotSyntax(0, Shapeless(depth - 1)),
        1 => new NegativeSyntax(0, Shapeless(depth - 1)),
        2 => new AllSyntax(0, Several(() => Shapeless(depth - 1))),
        3 => new AnySyntax(0, Several(() => Shapeless(depth - 1))),
        4 => new MembershipSyntax(0, Shapeless(depth - 1), Coin(), Several(Literal)),
        5 => Call(One("count", "evidence", "property", "if", "max", "silence", "nothing"), [.. Several(() => Shapeless(depth - 1)).Take(random.Next(4))]),
        _ => new BinarySyntax(0, (Operator)random.Next((int)Operator.GreaterOrEqual + 1), Shapeless(depth - 1), Shapeless(depth - 1)),
    };

    /// <summary>Properties as a careless caller sends them: of the kind that the name says, of another, or none.</summary>
    public Properties Careless()
    {
        var properties = new List<(string, PropertyValue)>();
        foreach (var name in new[] { "n1", "n2", "s1", "s2", "b1" })
        {
            switch (random.Next(6))
            {
                case 0: properties.Add((name, random.Next(-20, 100) / 4.0)); break;
                case 1: properties.Add((name, One("12.5", "-3", "1e5", "NaN", "", "web", "true"))); break;
                case 2: properties.Add((name, Coin())); break;
                case 3: properties.Add((name, double.MaxValue)); break;
                case 4: properties.Add((name, One(Types))); break;
                default: break;
            }
        }

        return Properties.Of([.. properties]);
    }

    private Syntax Duration(int depth) => depth == 0 ? DurationLeaf() : random.Next(6) switch
    {
        0 => new BinarySyntax(0, One(Operator.Add, Operator.Subtract), Duration(depth - 1), Duration(depth - 1)),
        1 => new BinarySyntax(0, Operator.Multiply, Number(depth - 1), Duration(depth - 1)),
        2 => new BinarySyntax(0, One(Operator.Multiply, Operator.Divide), Duration(depth - 1), Number(depth - 1)),
        3 => Call("max", [.. Several(() => Duration(depth - 1))]),
        _ => DurationLeaf(),
    };

    private Syntax BooleanLeaf() => random.Next(8) switch
    {
        0 => new BooleanSyntax(0, Coin()),
        1 => new NameSyntax(0, One("at_risk", "in_recovery")),
        2 => Call("evidence", Quoted(Evidences)),
        3 => Call("evidence", Quoted(Evidences), Days(365)),
        4 => Call("has", Quoted("n1", "s1", "zz")),
        5 => Coin() ? Call("property", Quoted("b1")) : Call("property", Quoted("b1"), new BooleanSyntax(0, Coin())),
        6 => new MembershipSyntax(0, new NameSyntax(0, "stage"), Coin(), Several(() => Quoted(Stages))),
        _ => Coin()
            ? new BinarySyntax(0, One(Comparisons), new NameSyntax(0, "stage"), Quoted(Stages))
            : new BinarySyntax(0, One(Comparisons), Quoted(Stages), new NameSyntax(0, "stage")),
    };

    private Syntax NumberLeaf() => random.Next(9) switch
    {
        0 => new NumberSyntax(0, random.Next(0, 400) / 4m),
        1 => Call("count", Quoted(Types)),
        2 => Call("count", Quoted(Types), Days(365)),
        3 => Call("distinct_items", Days(365)),
        4 => Call("active_days", Days(Limits.ActiveDays)),
        5 => Call("property", Quoted("n1", "n2")),
        6 => Call("property", Quoted("n1", "n2"), Literal()),
        7 => Call("hour_utc"),
        _ => new NameSyntax(0, One(Facts)),
    };

    private Syntax DurationLeaf() => random.Next(4) switch
    {
        0 => Days(400),
        1 => Call("silence"),
        2 => Call(One("since_first", "since_last"), Quoted(Types)),
        _ => Call(One("since_first_evidence", "since_last_evidence"), Quoted(Evidences)),
    };

    private Syntax Text() => random.Next(5) switch
    {
        0 => new NameSyntax(0, "channel"),
        1 => new NameSyntax(0, "type"),
        2 => Call("property", Quoted("s1", "s2"), Quoted("none", "web")),
        3 => Call("property", Quoted("s1", "s2"), Quoted("")),
        _ => Quoted(Types),
    };

    private Syntax Leaf() => random.Next(5) switch
    {
        0 => BooleanLeaf(),
        1 => NumberLeaf(),
        2 => DurationLeaf(),
        3 => new NameSyntax(0, One("stage", "nobody", "_1")),
        _ => random.Next(2) == 0 ? Text() : new TextSyntax(0, One("", "\"", "\\", "'", "äß€😀", "a b")),
    };

    private Syntax Literal() => Coin()
        ? new NumberSyntax(0, random.Next(0, 80) / 2m)
        : new NegativeSyntax(0, new NumberSyntax(0, random.Next(0, 80) / 8m));

    private DurationSyntax Days(int most) => new(0, random.Next(1, most + 1) * 86_400_000L);

    private TextSyntax Quoted(params string[] texts) => new(0, One(texts));

    private static CallSyntax Call(string name, params ImmutableArray<Syntax> arguments) => new(0, name, arguments);

    private ImmutableArray<Syntax> Several(Func<Syntax> part) => [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => part())];

    private T One<T>(params T[] choices) => choices[random.Next(choices.Length)];

    private bool Coin() => random.Next(2) == 0;
}
