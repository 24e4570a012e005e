using Google.Protobuf.Reflection;

namespace SegmentOfOne.Gateway.Http;

/// <summary>The comments of the .proto files, by the full name of the message or field that they stand above.</summary>
public static class ContractComments
{
    // Where SourceCodeInfo's paths point to (descriptor.proto): a file's messages, a message's fields.
    private const int MessagesOfFile = FileDescriptorProto.MessageTypeFieldNumber;
    private const int FieldsOfMessage = DescriptorProto.FieldFieldNumber;

    public static IReadOnlyDictionary<string, string> Read()
    {
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in new[] { "experience.pb", "admin.pb" })
        {
            using var stream = typeof(ContractComments).Assembly.GetManifestResourceStream(resource)!;
            foreach (var file in FileDescriptorSet.Parser.ParseFrom(stream).File)
            {
                foreach (var place in file.SourceCodeInfo.Location.Where(place => place.HasLeadingComments))
                {
                    if (NameAt(file, [.. place.Path]) is { } name)
                    {
                        comments[name] = string.Join(' ', place.LeadingComments.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                    }
                }
            }
        }

        return comments;
    }

    private static string? NameAt(FileDescriptorProto file, int[] path) => path switch
    {
        [MessagesOfFile, var message] => $"{file.Package}.{file.MessageType[message].Name}",
        [MessagesOfFile, var message, FieldsOfMessage, var field] => $"{file.Package}.{file.MessageType[message].Name}.{file.MessageType[message].Field[field].Name}",
        _ => null,
    };
}
