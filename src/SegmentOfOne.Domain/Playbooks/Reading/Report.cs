using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>Collects the mistakes of one document, and holds the names that its parts refer to.</summary>
internal sealed class Report
{
    private readonly List<PlaybookError> errors = [];

    /// <summary>The interaction types and fences of the document, sound or not, so that one mistake in a name isn't told at each use.</summary>
    public KnownNames Names { get; set; } = new([], []);

    /// <summary>The placements of the document, likewise.</summary>
    public IReadOnlyCollection<string> Placements { get; set; } = [];

    /// <summary>The channels that the document declares, in a list of its own or by its placements.</summary>
    public IReadOnlyCollection<string> Channels { get; set; } = [];

    /// <summary>The actions of the document.</summary>
    public IReadOnlyCollection<string> Actions { get; set; } = [];

    /// <summary>The receivers of messages of the document.</summary>
    public IReadOnlyCollection<string> Receivers { get; set; } = [];

    /// <summary>The kinds of names of the document.</summary>
    public IReadOnlyCollection<string> IdentifierKinds { get; set; } = [];

    public bool IsClean => errors.Count == 0;

    /// <summary>No further mistake would be told, so none need be looked for.</summary>
    public bool IsFull => errors.Count == PlaybookLimits.Errors;

    /// <summary>In the order of the document as far as it was read; at most <see cref="PlaybookLimits.Errors"/>.</summary>
    public ImmutableArray<PlaybookError> Errors => [.. errors];

    public void Mistake(string path, string code, string message, int? line = null, int? column = null)
    {
        if (!IsFull)
        {
            errors.Add(new PlaybookError(path, code, message, line, column));
        }
    }

    public void Mistakes(string path, string text, IEnumerable<ExpressionError> mistakes)
    {
        foreach (var mistake in mistakes)
        {
            var (line, column) = mistake.Position(text);
            Mistake(path, mistake.Code, mistake.Message, line, column);
        }
    }
}
