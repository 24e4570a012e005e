namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Ends the reading of one expression at its first syntax error; never leaves <see cref="ExpressionParser"/>.</summary>
internal sealed class ExpressionSyntaxException(int at, string message, string code = PlaybookErrorCode.Syntax) : Exception(message)
{
    public ExpressionError Error => new(at, code, Message);
}
