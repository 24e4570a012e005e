using System.Globalization;

namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>One of several equal parts of a load: every <paramref name="Of"/>-th customer and call.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Of">How many parts there are.</param>
public readonly record struct Share(int Index, int Of)
{
    /// <summary>The most parts that a load is divided into.</summary>
    public const int Most = 1_000;

    /// <summary>All of it.</summary>
    public static readonly Share Whole = new(0, 1);

    /// <summary>How many of so many whole things are in this part; over all parts they add up.</summary>
    public int Part(int count) => (count + Of - 1 - Index) / Of;

    /// <summary>Reads <c>I/N</c>, I from 1.</summary>
    public static bool TryParse(string text, out Share share)
    {
        share = Whole;
        var stroke = text.IndexOf('/', StringComparison.Ordinal);
        if (stroke < 0 || !Number(text.AsSpan(0, stroke), out var part) || !Number(text.AsSpan(stroke + 1), out var of) || part < 1 || part > of || of > Most)
        {
            return false;
        }
        share = new Share(part - 1, of);
        return true;
    }

    /// <summary><c>I/N</c>, I from 1.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index + 1}/{Of}");

    private static bool Number(ReadOnlySpan<char> text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
