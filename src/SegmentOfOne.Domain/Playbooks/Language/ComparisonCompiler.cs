namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Compiles comparisons and memberships.</summary>
internal sealed class ComparisonCompiler(ExpressionCompiler compiler)
{
    public BooleanNode? Bind(BinarySyntax comparison)
    {
        if (compiler.Pair(comparison.Left, comparison.Right) is not var (left, right))
        {
            return null;
        }

        if (left.Type == ExpressionType.Stage || right.Type == ExpressionType.Stage)
        {
            return left.Type == ExpressionType.Stage
                ? Stages(comparison, comparison.Operator, comparison.Right)
                : Stages(comparison, comparison.Operator.Mirrored(), comparison.Left);
        }

        if (left.Type != right.Type)
        {
            return Mistake(comparison.At, $"`{comparison.Operator.Symbol()}` can't compare {left.Type.Described()} with {right.Type.Described()}.");
        }

        return left.Type switch
        {
            ExpressionType.Text => Texts(comparison, left, right),
            ExpressionType.Boolean => Mistake(comparison.At, "A condition isn't compared: write it alone, or `not` before it."),
            _ => Numbers(comparison, (NumberNode)left.Node, (NumberNode)right.Node),
        };
    }

    public BooleanNode? Bind(MembershipSyntax membership)
    {
        if (compiler.Pair(membership.Subject, membership.Choices[0]) is not var (subject, _))
        {
            return null;
        }

        if (subject.Type == ExpressionType.Stage)
        {
            var stages = ExpressionCompiler.Every(membership.Choices, choice => StageChoice(choice));
            return stages is null ? null : new StageMembership([.. stages.Select(stage => stage.Value)], membership.Negated);
        }

        if (subject.Type == ExpressionType.Boolean)
        {
            return Mistake(membership.At, "A condition isn't one of a list: write it alone, or `not` before it.");
        }

        var choices = ExpressionCompiler.Every(membership.Choices, choice => compiler.Bind(choice, subject.Type));
        if (choices is null)
        {
            return null;
        }

        if (subject.Node is TextNode text)
        {
            return KnowsTypes(subject.Node, membership.Choices)
                ? new TextMembership(text, [.. membership.Choices.Select(choice => ((TextSyntax)choice).Value)], membership.Negated)
                : null;
        }

        var numbers = choices.Select(choice => ((ConstantNumber)choice).Constant).ToArray();
        return membership.Choices.Zip(numbers).All(choice => IsExact(choice.First.At, subject.Node, Operator.Equal, choice.Second))
            ? new NumberMembership((NumberNode)subject.Node, numbers, membership.Negated)
            : null;
    }

    private NumberComparison? Numbers(BinarySyntax comparison, NumberNode left, NumberNode right)
    {
        var exact = (left, right) switch
        {
            (_, ConstantNumber number) => IsExact(comparison.Right.At, left, comparison.Operator, number.Constant),
            (ConstantNumber number, _) => IsExact(comparison.Left.At, right, comparison.Operator.Mirrored(), number.Constant),
            _ => true,
        };
        return exact ? new NumberComparison(comparison.Operator, left, right) : null;
    }

    /// <summary>Whether a bounded count answers this comparison exactly. It reads as its limit from there on,
    /// so "at least the limit" can be told and "more than the limit" can't.</summary>
    private bool IsExact(int at, Node count, Operator comparison, double number)
    {
        if (count is not IBoundedCount { Limit: var limit })
        {
            return true;
        }

        var tellsAtLimit = comparison is Operator.GreaterOrEqual or Operator.Less;
        if (number < limit || (tellsAtLimit && number == limit))
        {
            return true;
        }

        compiler.Mistake(at, PlaybookErrorCode.BeyondExactness, $"Within a window a count is exact below {limit}; use `>=` or `<` with at most {limit}, or another comparison with less.");
        return false;
    }

    private BooleanNode? Texts(BinarySyntax comparison, Typed left, Typed right)
    {
        if (comparison.Operator is not (Operator.Equal or Operator.NotEqual))
        {
            return Mistake(comparison.At, "Texts are equal or not; they have no order.");
        }

        return KnowsTypes(left.Node, [comparison.Right]) & KnowsTypes(right.Node, [comparison.Left])
            ? new TextComparison(comparison.Operator == Operator.Equal, (TextNode)left.Node, (TextNode)right.Node)
            : null;
    }

    /// <summary>Where the interaction's type is compared with literals, the playbook must know them.</summary>
    private bool KnowsTypes(Node subject, IEnumerable<Syntax> others) =>
        subject is not TypeText || others.OfType<TextSyntax>().Select(compiler.KnowsInteraction).ToArray().All(known => known);

    private BooleanNode? Stages(BinarySyntax comparison, Operator @operator, Syntax other)
    {
        if (StageChoice(other) is not { Value: var stage })
        {
            return null;
        }

        return stage > Stage.Advocacy && @operator is not (Operator.Equal or Operator.NotEqual)
            ? Mistake(comparison.At, $"\"{((TextSyntax)other).Value}\" stands outside the order of stages; compare it with `=` or `!=`.")
            : new StageComparison(@operator, stage);
    }

    private Chosen? StageChoice(Syntax choice)
    {
        if (choice is not TextSyntax name)
        {
            Mistake(choice.At, "A stage is compared with the name of a stage in quotes, such as \"purchase\".");
            return null;
        }

        return compiler.StageOf(name) is { } stage ? new Chosen(stage) : null;
    }

    private BooleanNode? Mistake(int at, string message) => (BooleanNode?)compiler.Mistake(at, PlaybookErrorCode.Type, message);

    private sealed record Chosen(Stage Value);
}
