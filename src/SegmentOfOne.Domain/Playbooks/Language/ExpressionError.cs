namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>One mistake in an expression, at a character offset of its text.</summary>
internal readonly record struct ExpressionError(int At, string Code, string Message)
{
    /// <summary>Line and column of the offset, both from 1.</summary>
    public (int Line, int Column) Position(string text)
    {
        var before = text.AsSpan(0, Math.Min(At, text.Length));
        var lineStart = before.LastIndexOf('\n') + 1;
        return (before.Count('\n') + 1, before.Length - lineStart + 1);
    }
}
