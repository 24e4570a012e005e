namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Finds the name that a writer most likely meant.</summary>
internal static class NearestName
{
    /// <summary>A sentence that names the nearest candidate, with a leading space; empty when none is near.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Among(word, candidates) is { } name ? $" Did you mean `{name}`?" : "";

    /// <summary>The candidate within a third of the word's letters, at least two edits; the first in ordinal order of equals.</summary>
    public static string? Among(string word, IEnumerable<string> candidates)
    {
        var reach = Math.Max(2, word.Length / 3);
        return candidates
            .Where(candidate => Math.Abs(candidate.Length - word.Length) <= reach)
            .Select(candidate => (Name: candidate, Edits: Edits(word, candidate)))
            .Where(near => near.Edits <= reach && near.Edits < near.Name.Length)
            .OrderBy(near => near.Edits).ThenBy(near => near.Name, StringComparer.Ordinal)
            .Select(near => near.Name)
            .FirstOrDefault();
    }

    /// <summary>Letters to insert, remove or replace to make one word of the other (Levenshtein 1966), case aside.</summary>
    private static int Edits(string from, string to)
    {
        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        var current = new int[to.Length + 1];
        for (var i = 0; i < from.Length; i++)
        {
            current[0] = i + 1;
            for (var j = 0; j < to.Length; j++)
            {
                var replaced = previous[j] + (char.ToLowerInvariant(from[i]) == char.ToLowerInvariant(to[j]) ? 0 : 1);
                current[j + 1] = Math.Min(replaced, Math.Min(previous[j + 1], current[j]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[to.Length];
    }
}
