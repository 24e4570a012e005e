namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Compiles what is looked up under a name and holds a number, a text or a truth: a property, or a trait. Its default tells its type,
/// else its use does.</summary>
/// <param name="kind">As messages call it.</param>
internal sealed record Lookup(string Kind, Func<double, NumberNode> Number, Func<string?, TextNode> Text, Func<bool, BooleanNode> Truth)
{
    public static Lookup Property(string name) => new(
        "property", otherwise => new PropertyNumber(name, otherwise), otherwise => new PropertyText(name, otherwise), otherwise => new PropertyTruth(name, otherwise));

    public static Lookup Trait(TraitRule trait) => new(
        "trait", otherwise => new TraitNumber(trait, otherwise), otherwise => new TraitText(trait, otherwise), otherwise => new TraitTruth(trait, otherwise));

    /// <summary>A call with a name and a default or none.</summary>
    public Typed? Bind(ExpressionCompiler compiler, CallSyntax call, ExpressionType? wanted)
    {
        Syntax? otherwise = call.Arguments.Length == 2 ? call.Arguments[1] : null;
        switch (otherwise)
        {
            case null:
                return Untyped(compiler, call, wanted ?? ExpressionType.Number);
            case NumberSyntax number:
                return new Typed(ExpressionType.Number, Number((double)number.Value));
            case NegativeSyntax { Operand: NumberSyntax number }:
                return new Typed(ExpressionType.Number, Number(-(double)number.Value));
            case TextSyntax text:
                return new Typed(ExpressionType.Text, Text(text.Value));
            case BooleanSyntax truth:
                return new Typed(ExpressionType.Boolean, Truth(truth.Value));
            default:
                compiler.Mistake(otherwise.At, PlaybookErrorCode.WrongArguments, $"The default of a {Kind} is a number, a text in quotes, true or false.");
                return null;
        }
    }

    private Typed? Untyped(ExpressionCompiler compiler, CallSyntax call, ExpressionType wanted)
    {
        switch (wanted)
        {
            case ExpressionType.Number:
                return new Typed(wanted, Number(double.NaN));
            case ExpressionType.Text:
                return new Typed(wanted, Text(null));
            case ExpressionType.Boolean:
                return new Typed(wanted, Truth(false));
            default:
                compiler.Mistake(call.At, PlaybookErrorCode.Type, $"A {Kind} is a number, a text, true or false, never {wanted.Described()}.{(wanted == ExpressionType.Duration ? " Multiply a number by a duration such as 1s." : "")}");
                return null;
        }
    }
}
