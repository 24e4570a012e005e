using System.Text;
using HandlebarsDotNet;

namespace SegmentOfOne.Gateway.Treatments;

/// <summary>Percent-encodes what a variable says within an address: nothing of it separates, and nothing of it is a scheme.</summary>
internal sealed class PercentEncoder : ITextEncoder
{
    public void Encode(StringBuilder? text, TextWriter target) => Encode(text?.ToString(), target);

    public void Encode(string? text, TextWriter target) => target.Write(Uri.EscapeDataString(text ?? ""));

    public void Encode<T>(T? text, TextWriter target)
        where T : IEnumerator<char>
    {
        var whole = new StringBuilder();
        while (text is not null && text.MoveNext())
        {
            whole.Append(text.Current);
        }

        Encode(whole, target);
    }
}
