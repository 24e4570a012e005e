using System.Collections.Frozen;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>The functions of the language: how each is written, what it reads, and how a call of it is compiled.</summary>
internal static class Functions
{
    private delegate Typed? Binder(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted);

    private sealed record Function(string Usage, Reach Reach, Binder Bind);

    private static readonly FrozenDictionary<string, Function> All = new Dictionary<string, Function>
    {
        ["count"] = new("count(\"type\") or count(\"type\", 30d)", Reach.Customer, Count),
        ["evidence"] = new("evidence(\"cart\") or evidence(\"cart\", 30d)", Reach.Customer, Evidence),
        ["distinct_items"] = new("distinct_items(14d)", Reach.Customer, DistinctItems),
        ["active_days"] = new("active_days(7d)", Reach.Customer, ActiveDays),
        ["since_first"] = new("since_first(\"type\")", Reach.Customer, (compiler, call, _) => Since(compiler, call, first: true)),
        ["since_last"] = new("since_last(\"type\")", Reach.Customer, (compiler, call, _) => Since(compiler, call, first: false)),
        ["since_first_evidence"] = new("since_first_evidence(\"use\")", Reach.Customer, (compiler, call, _) => SinceEvidence(compiler, call, first: true)),
        ["since_last_evidence"] = new("since_last_evidence(\"use\")", Reach.Customer, (compiler, call, _) => SinceEvidence(compiler, call, first: false)),
        ["silence"] = new("silence()", Reach.Customer, (compiler, call, _) => Clock(compiler, call, ExpressionType.Duration, NumberFact.Silence)),
        ["in_fence"] = new("in_fence(\"store\")", Reach.Customer, InFence),
        ["in_journey"] = new("in_journey(\"welcome\")", Reach.Customer, (compiler, call, _) => InJourney(compiler, call, ever: false)),
        ["entered_journey"] = new("entered_journey(\"welcome\")", Reach.Customer, (compiler, call, _) => InJourney(compiler, call, ever: true)),
        ["in_segment"] = new("in_segment(\"name\")", Reach.Segments, InSegment),
        ["trait"] = new("trait(\"name\") or trait(\"name\", default)", Reach.Customer, Trait),
        ["hour_utc"] = new("hour_utc()", Reach.Clock, (compiler, call, _) => Clock(compiler, call, ExpressionType.Number, NumberFact.HourUtc)),
        ["property"] = new("property(\"name\") or property(\"name\", default)", Reach.Request, Property),
        ["has"] = new("has(\"name\")", Reach.Request, Has),
        ["if"] = new("if(condition, number, number)", 0, If),
        ["min"] = new("min(number, number)", 0, (compiler, call, _) => Extreme(compiler, call, greatest: false)),
        ["max"] = new("max(number, number)", 0, (compiler, call, _) => Extreme(compiler, call, greatest: true)),
        ["abs"] = new("abs(number)", 0, Abs),
        ["floor"] = new("floor(number)", 0, (compiler, call, _) => OfNumber(compiler, call, NumberFunction.Floor)),
        ["log10"] = new("log10(number)", 0, (compiler, call, _) => OfNumber(compiler, call, NumberFunction.Log10)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Names => All.Keys;

    /// <summary>How a function is written; null for what is no function.</summary>
    public static string? UsageOf(string name) => All.GetValueOrDefault(name)?.Usage;

    /// <summary>A property or a trait without a default: its use tells its type.</summary>
    public static bool IsUntyped(Syntax syntax) => syntax is CallSyntax { Name: "property" or "trait", Arguments.Length: 1 };

    public static Typed? Bind(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        if (!All.TryGetValue(call.Name, out var function))
        {
            var advice = Words.Facts.ContainsKey(call.Name) ? $" It is a fact: write `{call.Name}` without parentheses." : NearestName.Hint(call.Name, Names);
            compiler.Mistake(call.At, PlaybookErrorCode.UnknownFunction, $"There is no function `{call.Name}`.{advice}");
            return null;
        }

        if (!compiler.MayRead(call, call.Name, function.Reach))
        {
            return null;
        }

        var bound = function.Bind(compiler, call, wanted);
        if (function.Reach != 0 && bound is { } typed)
        {
            compiler.Read(call, typed);
        }

        return bound;
    }

    private static Typed? Count(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        if (call.Arguments is not ([TextSyntax] or [TextSyntax, DurationSyntax]))
        {
            return WrongArguments(compiler, call);
        }

        var type = (TextSyntax)call.Arguments[0];
        var window = WindowOf(call, 1);
        return compiler.KnowsInteraction(type)
            ? new Typed(ExpressionType.Number, window is { } length ? new CountNumber(type.Value, length) : new TotalNumber(type.Value))
            : null;
    }

    private static Typed? Evidence(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        if (call.Arguments is not ([TextSyntax] or [TextSyntax, DurationSyntax]))
        {
            return WrongArguments(compiler, call);
        }

        return EvidenceOf(compiler, call) is { } evidence
            ? new Typed(ExpressionType.Boolean, new EvidenceTruth(evidence, WindowOf(call, 1)))
            : null;
    }

    private static Typed? DistinctItems(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted) =>
        call.Arguments is [DurationSyntax] && WindowOf(call, 0) is { } window
            ? new Typed(ExpressionType.Number, new DistinctItemsNumber(window))
            : WrongArguments(compiler, call);

    private static Typed? ActiveDays(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        if (call.Arguments is not [DurationSyntax window])
        {
            return WrongArguments(compiler, call);
        }

        var days = TimeSpan.FromMilliseconds(window.Milliseconds).TotalDays;
        if (days >= 1 && days <= Limits.ActiveDays && days == Math.Floor(days))
        {
            return new Typed(ExpressionType.Number, new ActiveDaysNumber((int)days));
        }

        compiler.Mistake(window.At, PlaybookErrorCode.BeyondExactness, $"Active days are counted over 1d to {Limits.ActiveDays}d, in whole days.");
        return null;
    }

    private static Typed? Since(ExpressionCompiler compiler, CallSyntax call, bool first)
    {
        if (call.Arguments is not [TextSyntax type])
        {
            return WrongArguments(compiler, call);
        }

        return compiler.KnowsInteraction(type) ? new Typed(ExpressionType.Duration, new SinceNumber(type.Value, first)) : null;
    }

    private static Typed? SinceEvidence(ExpressionCompiler compiler, CallSyntax call, bool first)
    {
        if (call.Arguments is not [TextSyntax])
        {
            return WrongArguments(compiler, call);
        }

        return EvidenceOf(compiler, call) is { } evidence
            ? new Typed(ExpressionType.Duration, new SinceEvidenceNumber(evidence, first))
            : null;
    }

    private static Typed? InFence(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        if (call.Arguments is not [TextSyntax fence])
        {
            return WrongArguments(compiler, call);
        }

        return compiler.KnowsFence(fence) ? new Typed(ExpressionType.Boolean, new FenceTruth(fence.Value)) : null;
    }

    private static Typed? InJourney(ExpressionCompiler compiler, CallSyntax call, bool ever)
    {
        if (call.Arguments is not [TextSyntax journey])
        {
            return WrongArguments(compiler, call);
        }

        return compiler.KnowsJourney(journey) ? new Typed(ExpressionType.Boolean, new JourneyTruth(journey.Value, ever)) : null;
    }

    private static Typed? InSegment(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        if (call.Arguments is not [TextSyntax segment])
        {
            return WrongArguments(compiler, call);
        }

        return compiler.KnowsSegment(segment) ? new Typed(ExpressionType.Boolean, new SegmentTruth(segment.Value)) : null;
    }

    private static Typed? Clock(ExpressionCompiler compiler, CallSyntax call, ExpressionType type, NumberFact fact) =>
        call.Arguments.IsEmpty ? new Typed(type, new FactNumber(fact)) : WrongArguments(compiler, call);

    private static Typed? Property(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        if (call.Arguments is not ([TextSyntax] or [TextSyntax, _]))
        {
            return WrongArguments(compiler, call);
        }

        return Lookup.Property(((TextSyntax)call.Arguments[0]).Value).Bind(compiler, call, wanted);
    }

    private static Typed? Trait(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        if (call.Arguments is not ([TextSyntax] or [TextSyntax, _]))
        {
            return WrongArguments(compiler, call);
        }

        if (compiler.TraitOf((TextSyntax)call.Arguments[0]) is not { } trait)
        {
            return null;
        }

        if (trait.IsValue)
        {
            return Lookup.Trait(trait).Bind(compiler, call, wanted);
        }

        if (call.Arguments.Length == 2)
        {
            compiler.Mistake(call.Arguments[1].At, PlaybookErrorCode.WrongArguments, $"The trait \"{trait.Name}\" is 0 when nothing counts, so it takes no default.");
            return null;
        }

        return new Typed(ExpressionType.Number, trait.Kind == TraitKind.Distinct ? new TraitDistinct(trait) : new TraitAmount(trait));
    }

    private static Typed? Has(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted) =>
        call.Arguments is [TextSyntax name]
            ? new Typed(ExpressionType.Boolean, new HasTruth(name.Value))
            : WrongArguments(compiler, call);

    private static Typed? If(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        if (call.Arguments is not [var condition, var then, var otherwise])
        {
            return WrongArguments(compiler, call);
        }

        var holds = compiler.Condition(condition);
        return SameKind(compiler, call, [then, otherwise]) is ({ } type, [var yes, var no]) && holds is not null
            ? new Typed(type, new ChosenNumber(holds, yes, no))
            : null;
    }

    private static Typed? Extreme(ExpressionCompiler compiler, CallSyntax call, bool greatest)
    {
        if (call.Arguments.Length < 2)
        {
            return WrongArguments(compiler, call);
        }

        return SameKind(compiler, call, [.. call.Arguments]) is ({ } type, { } operands)
            ? new Typed(type, new ExtremeNumber(greatest, operands))
            : null;
    }

    private static Typed? Abs(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        if (call.Arguments is not [var operand])
        {
            return WrongArguments(compiler, call);
        }

        return compiler.Quantity(operand) is { } typed
            ? typed with { Node = new FunctionNumber(NumberFunction.Abs, (NumberNode)typed.Node) }
            : null;
    }

    private static Typed? OfNumber(ExpressionCompiler compiler, CallSyntax call, NumberFunction function)
    {
        if (call.Arguments is not [var operand])
        {
            return WrongArguments(compiler, call);
        }

        return compiler.Number(operand) is { } number ? new Typed(ExpressionType.Number, new FunctionNumber(function, number)) : null;
    }

    /// <summary>Compiles arguments that must all be numbers or all be durations.</summary>
    private static (ExpressionType? Type, NumberNode[]? Nodes) SameKind(ExpressionCompiler compiler, CallSyntax call, Syntax[] arguments)
    {
        var typed = arguments.Select(argument => compiler.Quantity(argument)).ToArray();
        if (Array.Exists(typed, one => one is null))
        {
            return default;
        }

        var type = typed[0]!.Value.Type;
        if (Array.Exists(typed, one => one!.Value.Type != type))
        {
            compiler.Mistake(call.At, PlaybookErrorCode.Type, $"`{call.Name}` takes numbers or durations, not both.");
            return default;
        }

        return (type, Array.ConvertAll(typed, one => (NumberNode)one!.Value.Node));
    }

    private static TimeSpan? WindowOf(CallSyntax call, int argument) =>
        call.Arguments.Length > argument && call.Arguments[argument] is DurationSyntax window
            ? TimeSpan.FromMilliseconds(window.Milliseconds)
            : null;

    private static Evidence? EvidenceOf(ExpressionCompiler compiler, CallSyntax call)
    {
        var name = (TextSyntax)call.Arguments[0];
        if (Words.Evidences.TryGetValue(name.Value, out var evidence))
        {
            return evidence;
        }

        compiler.Mistake(name.At, PlaybookErrorCode.UnknownEvidence, $"There is no evidence \"{name.Value}\".{NearestName.Hint(name.Value, Words.Evidences.Keys)}");
        return null;
    }

    private static Typed? WrongArguments(ExpressionCompiler compiler, CallSyntax call)
    {
        compiler.Mistake(call.At, PlaybookErrorCode.WrongArguments, $"`{call.Name}` is written {UsageOf(call.Name)}.");
        return null;
    }
}
