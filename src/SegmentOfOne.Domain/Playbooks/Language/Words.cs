using System.Collections.Frozen;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Every word of the language.</summary>
internal static class Words
{
    /// <summary>Words that are no names.</summary>
    public static readonly FrozenSet<string> Reserved = FrozenSet.Create(StringComparer.Ordinal, "and", "or", "not", "in", "true", "false");
}
