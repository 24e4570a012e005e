using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>What must hold before a document's fields can be read at all: size, encoding, JSON. The first mistake ends it.</summary>
internal static class DocumentCheck
{
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = PlaybookLimits.DocumentDepth };

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = PlaybookLimits.DocumentDepth };

    /// <summary>The document without the byte order mark that some editors put before it.</summary>
    public static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> source) => source[MarkLength(source.Span)..];

    /// <summary>False, and the mistake reported, when it can't be read.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> source, Report report)
    {
        if (source.Length > PlaybookLimits.DocumentBytes)
        {
            report.Mistake("$", PlaybookErrorCode.TooLarge, $"The document has {source.Length} bytes; at most {PlaybookLimits.DocumentBytes} are allowed.");
            return false;
        }

        if (!Utf8.IsValid(source))
        {
            report.Mistake("$", PlaybookErrorCode.NotUtf8, "The document is not UTF-8.");
            return false;
        }

        return IsJson(source[MarkLength(source)..], report);
    }

    private static bool IsJson(ReadOnlySpan<byte> json, Report report)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (JsonException mistake)
        {
            var line = (int)(mistake.LineNumber ?? 0);
            var column = ColumnOf(json, line, (int)(mistake.BytePositionInLine ?? 0));
            report.Mistake("$", PlaybookErrorCode.NotJson, $"The document is not JSON: {Reason(mistake)}", line + 1, column);
        }
        catch (InvalidOperationException)
        {
            // An escape that names half of a surrogate pair is JSON, and no text.
            var before = json[..(int)reader.TokenStartIndex];
            var line = before.Count((byte)'\n');
            report.Mistake("$", PlaybookErrorCode.InvalidText, "This text has an escape that is no character.", line + 1, ColumnOf(json, line, before.Length - before.LastIndexOf((byte)'\n') - 1));
        }

        return false;
    }

    /// <summary>Characters, from 1, where the reader counts bytes from 0.</summary>
    private static int ColumnOf(ReadOnlySpan<byte> json, int line, int bytesInLine)
    {
        while (line-- > 0)
        {
            json = json[(json.IndexOf((byte)'\n') + 1)..];
        }

        return Encoding.UTF8.GetCharCount(json[..Math.Min(bytesInLine, json.Length)]) + 1;
    }

    /// <summary>The reader's own words, without the position that it repeats.</summary>
    private static string Reason(JsonException mistake)
    {
        var position = mistake.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return position < 0 ? mistake.Message : mistake.Message[..position];
    }

    private static int MarkLength(ReadOnlySpan<byte> source) => source.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
}
