using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Tests.Playbooks;

/// <summary>What holds for every expression that can be written.</summary>
public sealed class ExpressionPropertyTests
{
    private const int Depth = 4;

    private static readonly Playbook Default = Playbook.Default;
    private static readonly KnownNames Names = new(
        [.. Default.Interactions.Select(rule => rule.Type)], [.. Default.Location.Fences.Select(fence => fence.Id)]);

    private static Gen<int> Seeds => Gen.Choose(0, int.MaxValue - 1);

    [Fact]
    public void Writing_an_expression_and_reading_it_again_gives_the_same()
    {
        Property.Holds(Seeds, seed =>
        {
            var syntax = new RandomSyntax(seed).Shapeless(Depth);
            var text = SyntaxText.Render(syntax);

            var again = ExpressionParser.Parse(text, out var error);

            if (text.Length > PlaybookLimits.ExpressionLength)
            {
                error.Code.ShouldBe(PlaybookErrorCode.TooLong);
                return;
            }

            again.ShouldNotBeNull($"{text}: {error}");
            Anatomy(again).ShouldBe(Anatomy(syntax));
            SyntaxText.Render(again).ShouldBe(text);
        }, times: 2_000);
    }

    [Fact]
    public void Whatever_is_written_is_compiled_or_told_what_is_wrong_with_it()
    {
        Property.Holds(
            from seed in Seeds
            from cut in Gen.Choose(0, 60)
            from wanted in Gen.Elements(ExpressionType.Number, ExpressionType.Boolean)
            from reach in Gen.Elements(Reach.Request, Reach.Customer, Reach.Moment)
            select (seed, cut, wanted, reach),
            each =>
            {
                // The text is torn at some place, so that also what no syntax renders to is read.
                var text = SyntaxText.Render(new RandomSyntax(each.seed).Shapeless(Depth));
                var torn = each.cut < text.Length ? text.Remove(text.Length - each.cut, Math.Min(3, each.cut)) : text;
                var mistakes = new List<ExpressionError>();

                var expression = ExpressionCompiler.Compile(torn, each.wanted, each.reach, Names, mistakes);

                (expression is null).ShouldBe(mistakes.Count > 0);
                mistakes.ShouldAllBe(mistake => mistake.At >= 0 && mistake.At <= torn.Length && mistake.Message.EndsWith('.') | mistake.Message.EndsWith('?'));
            },
            times: 2_000);
    }

    [Fact]
    public void A_compiled_expression_means_what_its_text_says()
    {
        int accepted = 0, refused = 0;
        Property.Holds(
            from told in Lives.Told(40)
            from seed in Seeds
            from hours in Gen.Choose(0, 24 * 20)
            select (told, seed, hours),
            each =>
            {
                var customer = new LivingCustomer(Default);
                each.told.ForEach(interaction => customer.Ask(interaction, Time.Day(400)).ShouldBeOfType<TurnOutcome.Done>());
                var state = customer.State;
                var at = state.LastSeen + TimeSpan.FromHours(each.hours);
                var scores = state.Scores(Default.Engagement, at);
                var invent = new RandomSyntax(each.seed);

                for (var i = 0; i < 20; i++)
                {
                    var request = each.told[0] with { Properties = invent.Careless() };
                    var naive = new NaiveInterpreter(each.told, state, scores, request, at);
                    var scope = new Scope(state, scores, request, at);

                    if (Compiled(invent.Boolean(Depth), ExpressionType.Boolean) is { } condition)
                    {
                        accepted++;
                        condition.Holds(scope).ShouldBe((bool)naive.Value(condition.Syntax)!, condition.Text);
                    }
                    else
                    {
                        refused++;
                    }

                    if (Compiled(invent.Number(Depth), ExpressionType.Number) is { } number)
                    {
                        accepted++;
                        number.Number(scope).ShouldBe((double?)naive.Value(number.Syntax) ?? 0, number.Text);
                    }
                    else
                    {
                        refused++;
                    }
                }
            },
            times: 100);

        accepted.ShouldBeGreaterThan(4 * refused);
    }

    /// <summary>Null where a bounded count is compared with too much, or a text with a type that isn't known: the only mistakes
    /// that well-typed syntax can have.</summary>
    private static Expression? Compiled(Syntax syntax, ExpressionType type)
    {
        var text = SyntaxText.Render(syntax);
        var mistakes = new List<ExpressionError>();
        var expression = ExpressionCompiler.Compile(text, type, Reach.Moment, Names, mistakes);
        mistakes.ShouldAllBe(
            mistake => mistake.Code == PlaybookErrorCode.BeyondExactness
                || mistake.Code == PlaybookErrorCode.UnknownInteraction
                || mistake.Code == PlaybookErrorCode.TooLong,
            text);
        return expression;
    }

    /// <summary>The whole syntax, every part in parentheses, without positions.</summary>
    private static string Anatomy(Syntax syntax) => syntax switch
    {
        NumberSyntax number => $"{number.Value / 1.000000000000000000m}",
        DurationSyntax duration => $"{duration.Milliseconds}ms",
        TextSyntax text => $"<{text.Value}>",
        BooleanSyntax truth => $"{truth.Value}",
        NameSyntax name => name.Name,
        CallSyntax call => $"(call {call.Name} {Anatomies(call)})",
        BinarySyntax binary => $"({binary.Operator} {Anatomies(binary)})",
        MembershipSyntax membership => $"(in {membership.Negated} {Anatomies(membership)})",
        _ => $"({syntax.GetType().Name} {Anatomies(syntax)})",
    };

    private static string Anatomies(Syntax syntax) => string.Join(' ', syntax.Parts.Select(Anatomy));
}
