using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>A fact that an expression reads, as it is written, and how it is read.</summary>
internal sealed record Reading(string Name, Typed Fact);

/// <summary>What each part of an expression was compiled to, so that it can be asked alone why the whole is as it is.
/// Parts are told apart by where they stand, not by what they say.</summary>
internal sealed record Traces(IReadOnlyDictionary<Syntax, Typed> Parts, IReadOnlyDictionary<Syntax, Reading> Readings)
{
    public static readonly Traces None = new(new Dictionary<Syntax, Typed>(), new Dictionary<Syntax, Reading>());

    /// <summary>The facts, each once, in order of appearance.</summary>
    public ImmutableArray<string> Reads =>
        [.. Readings.OrderBy(pair => pair.Key.At).Select(pair => pair.Value.Name).Distinct(StringComparer.Ordinal)];
}
