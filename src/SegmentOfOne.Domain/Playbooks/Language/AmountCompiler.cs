namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Compiles the part of the language that is exact in decimal: numbers, properties, + − * /, min, max, abs and if.</summary>
internal sealed class AmountCompiler(ExpressionCompiler compiler)
{
    public AmountNode? Bind(Syntax syntax)
    {
        switch (syntax)
        {
            case NumberSyntax number:
                return new ConstantAmount(number.Value);
            case NegativeSyntax negative:
                return Bind(negative.Operand) is { } operand ? new NegativeAmount(operand) : null;
            case BinarySyntax binary when !binary.Operator.Compares():
                return ExpressionCompiler.Every([binary.Left, binary.Right], Bind) is [var left, var right]
                    ? new ArithmeticAmount(binary.Operator, left, right)
                    : null;
            case CallSyntax { Name: "property", Arguments: [TextSyntax, ..] } property:
                return Property(property);
            case CallSyntax { Name: "abs", Arguments: [var inner] }:
                return Bind(inner) is { } amount ? new AbsoluteAmount(amount) : null;
            case CallSyntax { Name: "min" or "max", Arguments: [_, _, ..] } extreme:
                return ExpressionCompiler.Every(extreme.Arguments, Bind) is { } amounts ? new ExtremeAmount(extreme.Name == "max", amounts) : null;
            case CallSyntax { Name: "if", Arguments: [var condition, var then, var otherwise] }:
                var holds = compiler.Condition(condition);
                return ExpressionCompiler.Every([then, otherwise], Bind) is [var yes, var no] && holds is not null ? new ChosenAmount(holds, yes, no) : null;
            default:
                compiler.Mistake(syntax.At, PlaybookErrorCode.Type, $"An amount of money is made of numbers, property(\"name\"), + - * /, min, max, abs and if; `{SyntaxText.Render(syntax)}` is none of these.");
                return null;
        }
    }

    private PropertyAmount? Property(CallSyntax property)
    {
        if (Functions.Bind(compiler, property, ExpressionType.Number) is not { } typed)
        {
            return null;
        }

        var otherwise = property.Arguments.ElementAtOrDefault(1);
        if (typed.Type == ExpressionType.Number)
        {
            return new PropertyAmount(((TextSyntax)property.Arguments[0]).Value, otherwise switch
            {
                NumberSyntax number => number.Value,
                NegativeSyntax { Operand: NumberSyntax number } => -number.Value,
                _ => null,
            });
        }

        compiler.Mistake(otherwise!.At, PlaybookErrorCode.Type, "The default of an amount is a number.");
        return null;
    }
}
