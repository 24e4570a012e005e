using System.Buffers;
using System.Text;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>The text of <c>grpc-message</c>: UTF-8 in which bytes outside of printable ASCII, and the percent sign, are %XX.</summary>
internal static class PercentText
{
    /// <summary>Longer messages are cut here, in characters before encoding: clients bound a header block at 8 KiB.</summary>
    public const int MaxLength = 2048;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Encodes a message for the wire.</summary>
    public static string Encode(string message)
    {
        if (message.Length > MaxLength)
        {
            message = message[..MaxLength];
        }

        if (!message.AsSpan().ContainsAnyExcept(Plain))
        {
            return message;
        }

        var text = new StringBuilder(message.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(message))
        {
            if (Plain.Contains((char)value))
            {
                text.Append((char)value);
            }
            else
            {
                text.Append('%').Append("0123456789ABCDEF"[value >> 4]).Append("0123456789ABCDEF"[value & 15]);
            }
        }

        return text.ToString();
    }

    /// <summary>Decodes a message off the wire; what is not a well-formed %XX stays as it is.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
