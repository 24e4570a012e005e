namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Finds the name that a writer most likely meant.</summary>
internal static class NearestName
{
    private const int LongWord = 8;

    /// <summary>A sentence that names the nearest candidate, with a leading space; empty when none is near.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Among(word, candidates) is { } name ? $" Did you mean `{name}`?" : "";

    /// <summary>The candidate within two edits, three for a long word; the first in ordinal order of equals.</summary>
    public static string? Among(string word, IEnumerable<string> candidates)
    {
        var reach = word.Length >= LongWord ? 3 : 2;
        var small = word.ToLowerInvariant();
        return candidates
            .Select(candidate => (Name: candidate, Edits: Edits(small, candidate.ToLowerInvariant(), reach)))
            .Where(near => near.Edits <= reach && near.Edits < near.Name.Length)
            .OrderBy(near => near.Edits).ThenBy(near => near.Name, StringComparer.Ordinal)
            .Select(near => near.Name)
            .FirstOrDefault();
    }

    /// <summary>Letters to insert, remove or replace to make one word of the other (Levenshtein 1966). Stops where it is sure
    /// to exceed <paramref name="reach"/>, since a bad document asks this for thousands of pairs.</summary>
    private static int Edits(string from, string to, int reach)
    {
        if (Math.Abs(from.Length - to.Length) > reach)
        {
            return int.MaxValue;
        }

        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        var current = new int[to.Length + 1];
        for (var i = 0; i < from.Length; i++)
        {
            var least = current[0] = i + 1;
            for (var j = 0; j < to.Length; j++)
            {
                var replaced = previous[j] + (from[i] == to[j] ? 0 : 1);
                current[j + 1] = Math.Min(replaced, Math.Min(previous[j + 1], current[j]) + 1);
                least = Math.Min(least, current[j + 1]);
            }

            if (least > reach)
            {
                return int.MaxValue;
            }

            (previous, current) = (current, previous);
        }

        return previous[to.Length];
    }
}
