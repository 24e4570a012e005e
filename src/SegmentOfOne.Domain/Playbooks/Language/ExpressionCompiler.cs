using System.Collections.Immutable;
using System.Diagnostics;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>A compiled part and what it yields.</summary>
internal readonly record struct Typed(ExpressionType Type, Node Node);

/// <summary>Resolves the names of one expression, checks its types and compiles it. Every mistake is reported once: a part that
/// was refused yields null, and what contains it stays silent about it.</summary>
/// <param name="reach">What may be read where the expression stands.</param>
/// <param name="names">What the playbook declares.</param>
/// <param name="errors">Where mistakes go.</param>
internal sealed class ExpressionCompiler(Reach reach, KnownNames names, List<ExpressionError> errors)
{
    private readonly Dictionary<Syntax, Typed> bound = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Syntax, Reading> readings = new(ReferenceEqualityComparer.Instance);

    /// <summary>The expression, or null when there was a mistake.</summary>
    /// <param name="wanted">Number or Boolean: what the place needs; null where anything that can be shown will do.</param>
    public static Expression? Compile(
        string text, ExpressionType? wanted, Reach reach, KnownNames names, List<ExpressionError> errors)
    {
        if (Parse(text, errors) is not { } syntax)
        {
            return null;
        }

        var before = errors.Count;
        var compiler = new ExpressionCompiler(reach, names, errors);
        var root = wanted is { } type
            ? compiler.Bind(syntax, type) is { } node ? new Typed(type, node) : (Typed?)null
            : compiler.Shown(syntax);
        return errors.Count == before && root is { } typed ? new Expression(syntax, typed, compiler.Traces) : null;
    }

    /// <summary>The amount, or null when there was a mistake.</summary>
    public static AmountExpression? CompileAmount(
        string text, Reach reach, KnownNames names, List<ExpressionError> errors)
    {
        if (Parse(text, errors) is not { } syntax)
        {
            return null;
        }

        var before = errors.Count;
        var compiler = new ExpressionCompiler(reach, names, errors);
        var root = new AmountCompiler(compiler).Bind(syntax);
        return errors.Count == before && root is not null ? new AmountExpression(syntax, root, compiler.Traces.Reads) : null;
    }

    /// <summary>A number that a playbook says outright.</summary>
    public static Expression Constant(decimal value)
    {
        var number = new NumberSyntax(0, Math.Abs(value));
        return new Expression(
            value < 0 ? new NegativeSyntax(0, number) : number,
            new Typed(ExpressionType.Number, new ConstantNumber((double)value)),
            Traces.None);
    }

    /// <summary>The parts compiled so far.</summary>
    private Traces Traces => new(bound, readings);

    /// <summary>Compiles a part that must yield <paramref name="wanted"/>.</summary>
    public Node? Bind(Syntax syntax, ExpressionType wanted)
    {
        if (Infer(syntax, wanted) is not { } typed)
        {
            return null;
        }

        if (typed.Type == wanted)
        {
            return typed.Node;
        }

        return Mistake(syntax.At, PlaybookErrorCode.Type, $"Here {wanted.Described()} is needed; `{SyntaxText.Render(syntax)}` is {typed.Type.Described()}.{Advice(typed.Type, wanted)}");
    }

    /// <summary>Compiles a part whose value is shown to people: a number, a text or a stage.</summary>
    public Typed? Shown(Syntax syntax)
    {
        var typed = Infer(syntax, ExpressionType.Text);
        if (typed is null or { Type: ExpressionType.Number or ExpressionType.Text or ExpressionType.Stage })
        {
            return typed;
        }

        Mistake(syntax.At, PlaybookErrorCode.Type, $"Here a number, a text or the stage is needed; `{SyntaxText.Render(syntax)}` is {typed.Value.Type.Described()}.{Advice(typed.Value.Type, ExpressionType.Number)}");
        return null;
    }

    public NumberNode? Number(Syntax syntax) => (NumberNode?)Bind(syntax, ExpressionType.Number);

    public BooleanNode? Condition(Syntax syntax) => (BooleanNode?)Bind(syntax, ExpressionType.Boolean);

    /// <summary>Compiles a part that must yield a number or a duration.</summary>
    public Typed? Quantity(Syntax syntax, ExpressionType wanted = ExpressionType.Number)
    {
        var typed = Infer(syntax, wanted);
        if (typed is null or { Type: ExpressionType.Number or ExpressionType.Duration })
        {
            return typed;
        }

        Mistake(syntax.At, PlaybookErrorCode.Type, $"Here a number or a duration is needed; `{SyntaxText.Render(syntax)}` is {typed.Value.Type.Described()}.");
        return null;
    }

    /// <summary>Compiles two parts of which one may tell the type of the other, when that is a property without a default.</summary>
    public (Typed Left, Typed Right)? Pair(Syntax left, Syntax right)
    {
        if (Functions.IsUntyped(left) && !Functions.IsUntyped(right))
        {
            var known = Infer(right, null);
            var told = Infer(left, known?.Type);
            return told is { } l && known is { } r ? (l, r) : null;
        }
        else
        {
            var known = Infer(left, null);
            var told = Infer(right, known?.Type);
            return known is { } l && told is { } r ? (l, r) : null;
        }
    }

    /// <summary>Compiles a part. <paramref name="wanted"/> only tells the type of a property without a default.</summary>
    public Typed? Infer(Syntax syntax, ExpressionType? wanted)
    {
        var inferred = InferForm(syntax, wanted);
        if (inferred is { } typed)
        {
            bound[syntax] = typed;
        }

        return inferred;
    }

    private Typed? InferForm(Syntax syntax, ExpressionType? wanted)
    {
        switch (syntax)
        {
            case NumberSyntax number:
                return new Typed(ExpressionType.Number, new ConstantNumber((double)number.Value));
            case DurationSyntax duration:
                return new Typed(ExpressionType.Duration, new ConstantNumber(duration.Milliseconds));
            case TextSyntax text:
                return new Typed(ExpressionType.Text, new ConstantText(text.Value));
            case BooleanSyntax truth:
                return new Typed(ExpressionType.Boolean, new ConstantTruth(truth.Value));
            case NameSyntax name:
                return Fact(name);
            case CallSyntax call:
                return Functions.Bind(this, call, wanted);
            case NegativeSyntax negative:
                return Quantity(negative.Operand) is { } operand ? operand with { Node = Negated((NumberNode)operand.Node) } : null;
            case BinarySyntax binary when !binary.Operator.Compares():
                return Arithmetic(binary);
            case NotSyntax not:
                return Truth(Condition(not.Operand) is { } inner ? new NotTruth(inner) : null);
            case BinarySyntax binary:
                return Truth(new ComparisonCompiler(this).Bind(binary));
            case MembershipSyntax membership:
                return Truth(new ComparisonCompiler(this).Bind(membership));
            case AllSyntax all:
                return Truth(Conditions(all.Terms) is { } terms ? new AllTruth(terms) : null);
            case AnySyntax any:
                return Truth(Conditions(any.Terms) is { } choices ? new AnyTruth(choices) : null);
            default:
                throw new UnreachableException($"syntax {syntax.GetType().Name}");
        }
    }

    /// <summary>Compiles every part, so that each one's mistakes are told; null when one was refused.</summary>
    public static T[]? Every<T>(ImmutableArray<Syntax> parts, Func<Syntax, T?> bind)
        where T : class
    {
        var nodes = parts.Select(bind).OfType<T>().ToArray();
        return nodes.Length == parts.Length ? nodes : null;
    }

    /// <summary>Whether something with this reach may be read here; a mistake when not.</summary>
    public bool MayRead(Syntax at, string word, Reach needed)
    {
        if ((needed & ~reach) == 0)
        {
            return true;
        }

        var reason = reach switch
        {
            _ when needed == Reach.Segments && reach != Reach.Request =>
                "segments are told from the customer, its stage and its overlays, so none of these, and no other segment, depends on a segment",
            Reach.Request => "a weight or an amount depends on the interaction alone, so that the order in which interactions arrive doesn't matter",
            Reach.Customer => "this rule is also asked when nothing happens, so it depends on the customer alone",
            Reach.Customer | Reach.Clock => "this rule is also asked when nothing happens, so it depends on the customer and the time of day alone",
            _ => throw new UnreachableException($"reach {reach} lacks {needed}"),
        };
        Mistake(at.At, PlaybookErrorCode.NotAvailable, $"`{word}` can't be read here: {reason}.");
        return false;
    }

    /// <summary>Notes what is read, for receipts.</summary>
    public void Read(Syntax fact, Typed typed) => readings[fact] = new Reading(SyntaxText.Render(fact), typed);

    /// <summary>Whether the playbook knows this interaction type; a mistake when not.</summary>
    public bool KnowsInteraction(TextSyntax type) => Knows(type, names.Types, "interaction", PlaybookErrorCode.UnknownInteraction);

    /// <summary>Whether the playbook has this fence; a mistake when not.</summary>
    public bool KnowsFence(TextSyntax fence) => Knows(fence, names.Fences, "fence", PlaybookErrorCode.UnknownFence);

    /// <summary>Whether the playbook has this journey; a mistake when not.</summary>
    public bool KnowsJourney(TextSyntax journey) => Knows(journey, names.Journeys, "journey", PlaybookErrorCode.UnknownJourney);

    /// <summary>Whether the playbook has this segment; a mistake when not.</summary>
    public bool KnowsSegment(TextSyntax segment) => Knows(segment, names.Segments, "segment", PlaybookErrorCode.UnknownSegment);

    /// <summary>The trait of this name; a mistake when the playbook has none.</summary>
    public TraitRule? TraitOf(TextSyntax name) =>
        Knows(name, names.Traits, "trait", PlaybookErrorCode.UnknownTrait) ? names.TraitRules.GetValueOrDefault(name.Value) : null;

    public Stage? StageOf(TextSyntax name)
    {
        if (Words.Stages.TryGetValue(name.Value, out var stage))
        {
            return stage;
        }

        Mistake(name.At, PlaybookErrorCode.UnknownStage, $"There is no stage \"{name.Value}\".{NearestName.Hint(name.Value, Words.Stages.Keys)}");
        return null;
    }

    /// <summary>Reports a mistake; always null.</summary>
    public Node? Mistake(int at, string code, string message)
    {
        errors.Add(new ExpressionError(at, code, message));
        return null;
    }

    private bool Knows(TextSyntax name, IReadOnlyCollection<string> known, string kind, string code)
    {
        if (known.Contains(name.Value))
        {
            return true;
        }

        Mistake(name.At, code, $"The playbook has no {kind} \"{name.Value}\".{NearestName.Hint(name.Value, known)}");
        return false;
    }

    private static Syntax? Parse(string text, List<ExpressionError> errors)
    {
        var syntax = ExpressionParser.Parse(text, out var error);
        if (syntax is null)
        {
            errors.Add(error);
        }

        return syntax;
    }

    private static Typed? Truth(BooleanNode? node) => node is null ? null : new Typed(ExpressionType.Boolean, node);

    private static NumberNode Negated(NumberNode operand) =>
        operand is ConstantNumber number ? new ConstantNumber(-number.Constant) : new NegativeNumber(operand);

    private static string Advice(ExpressionType type, ExpressionType wanted) => (type, wanted) switch
    {
        (ExpressionType.Duration, ExpressionType.Number) => " Divide it by a duration such as 1d.",
        (ExpressionType.Number, ExpressionType.Boolean) => " Compare it, for instance with `> 0`.",
        (ExpressionType.Boolean, ExpressionType.Number) => " Write `if(condition, number, number)`.",
        _ => "",
    };

    private BooleanNode[]? Conditions(ImmutableArray<Syntax> terms) => Every(terms, Condition);

    private Typed? Fact(NameSyntax name)
    {
        if (Words.Facts.TryGetValue(name.Name, out var fact))
        {
            if (!MayRead(name, name.Name, fact.Reach))
            {
                return null;
            }

            var typed = new Typed(fact.Type, fact.Node);
            Read(name, typed);
            return typed;
        }

        var advice = Functions.UsageOf(name.Name) is { } usage ? $" It is a function: write `{usage}`."
            : Words.Stages.ContainsKey(name.Name) ? $" A stage's name stands in quotes: \"{name.Name}\"."
            : NearestName.Hint(name.Name, Words.Facts.Keys);
        Mistake(name.At, PlaybookErrorCode.UnknownName, $"There is nothing called `{name.Name}`.{advice}");
        return null;
    }

    private Typed? Arithmetic(BinarySyntax binary)
    {
        var left = Quantity(binary.Left);
        var right = Quantity(binary.Right);
        if (left is not { } a || right is not { } b)
        {
            return null;
        }

        if (ResultOf(binary.Operator, a.Type, b.Type) is not { } type)
        {
            Mistake(binary.At, PlaybookErrorCode.Type, $"`{binary.Operator.Symbol()}` has no meaning between {a.Type.Described()} and {b.Type.Described()}.");
            return null;
        }

        var (x, y) = ((NumberNode)a.Node, (NumberNode)b.Node);
        return new Typed(type, x is ConstantNumber m && y is ConstantNumber n
            ? new ConstantNumber(ArithmeticNumber.Compute(binary.Operator, m.Constant, n.Constant))
            : new ArithmeticNumber(binary.Operator, x, y));
    }

    private static ExpressionType? ResultOf(Operator @operator, ExpressionType left, ExpressionType right) => (@operator, left, right) switch
    {
        (_, ExpressionType.Number, ExpressionType.Number) => ExpressionType.Number,
        (Operator.Add or Operator.Subtract, ExpressionType.Duration, ExpressionType.Duration) => ExpressionType.Duration,
        (Operator.Divide, ExpressionType.Duration, ExpressionType.Duration) => ExpressionType.Number,
        (Operator.Multiply or Operator.Divide, ExpressionType.Duration, ExpressionType.Number) => ExpressionType.Duration,
        (Operator.Multiply, ExpressionType.Number, ExpressionType.Duration) => ExpressionType.Duration,
        _ => null,
    };
}
