using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Gateway.Http;

/// <summary>
/// The JSON mapping of protobuf, with field names as in the .proto file (lowerCamelCase is understood as well).
/// 64-bit integers travel as strings, timestamps as RFC 3339, enums by name; fields at their default are written out.
/// </summary>
public static class ProtoJson
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithFormatDefaultValues(true));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Nesting of a body: the contract's messages have four levels, and one of them holds a playbook.</summary>
    private const int MostDepth = PlaybookLimits.DocumentDepth + 1;

    public static byte[] Format(IMessage message) => Encoding.UTF8.GetBytes(Formatter.Format(message));

    /// <summary>
    /// Reads one message. Broken UTF-8 and lone surrogates are refused, never replaced; so are fields the message does not have.
    /// </summary>
    public static Answer<IMessage> Parse(ReadOnlySpan<byte> utf8, MessageDescriptor type)
    {
        try
        {
            CheckDepth(utf8);
            return new(Parser.Parse(Strict.GetString(utf8), type));
        }
        catch (DecoderFallbackException)
        {
            return Failure.Invalid("invalid_text", "The body is not UTF-8.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidJsonException)
        {
            return Failure.Invalid("malformed_json", exception.Message);
        }
        catch (InvalidProtocolBufferException exception) when (exception.Message.StartsWith("Unknown field", StringComparison.Ordinal))
        {
            return Failure.Invalid("unknown_field", $"{exception.Message} (in {type.FullName}).");
        }
        catch (InvalidProtocolBufferException exception)
        {
            return Failure.Invalid("malformed_message", exception.Message);
        }
    }

    // The parser of protobuf follows lists within lists by recursion, as deep as the document goes: a few kilobytes of brackets
    // would end the process.
    private static void CheckDepth(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MostDepth });
        while (reader.Read())
        {
        }
    }
}
