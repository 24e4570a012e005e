using System.Text;

namespace SegmentOfOne.Domain.Formats;

/// <summary>Words that were read lately, so that one which comes again and again takes no memory. It holds at most <see cref="Size"/> of them, each
/// of at most <see cref="Longest"/> letters of ASCII; of two that want one place the later has it. For words of playbooks and callers' programs, not
/// for what names a customer, since it forgets nothing by itself. For one thread at a time.</summary>
public sealed class Lexicon
{
    private const int Size = 1 << 10;
    private const int Longest = 48;

    private readonly string?[] words = new string?[Size];

    /// <summary>The text that the bytes say.</summary>
    /// <param name="utf8">Sound UTF-8.</param>
    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty || utf8.Length > Longest)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref var place = ref words[PlaceOf(utf8)];
        if (place is { } known && Ascii.Equals(utf8, known))
        {
            return known;
        }

        var word = Encoding.UTF8.GetString(utf8);
        if (word.Length == utf8.Length)
        {
            place = word;
        }

        return word;
    }

    private static int PlaceOf(ReadOnlySpan<byte> utf8)
    {
        var hash = 2166136261u;
        foreach (var letter in utf8)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        return (int)((hash ^ (hash >> 16)) & (Size - 1));
    }
}
