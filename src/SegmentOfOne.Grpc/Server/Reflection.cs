using Google.Protobuf;
using Google.Protobuf.Reflection;
using SegmentOfOne.Grpc.Contracts.ReflectionV1;

namespace SegmentOfOne.Grpc.Server;

/// <summary>
/// Answers <c>grpc.reflection.v1</c>, and <c>v1alpha</c> whose messages have the same bytes, from the descriptors of the
/// services that are mapped. Read once, when the first question comes: services are mapped before the application starts.
/// </summary>
internal sealed class Reflection
{
    private readonly GrpcServer _server;
    private readonly Lazy<Index> _index;

    public Reflection(GrpcServer server)
    {
        _server = server;
        _index = new Lazy<Index>(() => new Index(_server.Services));
    }

    public void Bind(GrpcServiceBinder binder) =>
        binder.Duplex<ServerReflectionRequest, ServerReflectionResponse>("ServerReflectionInfo", AnswerAsync);

    private async ValueTask AnswerAsync(
        RequestStream<ServerReflectionRequest> requests, ResponseStream<ServerReflectionResponse> replies, GrpcCall call)
    {
        while (await requests.ReadAsync(call.Draining) is { } request)
        {
            var reply = Answer(request);
            reply.ValidHost = request.Host;
            reply.OriginalRequest = request;
            await replies.WriteAsync(reply);
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        ServerReflectionRequest.MessageRequestOneofCase.ListServices => Services(),
        ServerReflectionRequest.MessageRequestOneofCase.FileByFilename =>
            _index.Value.Files.TryGetValue(request.FileByFilename, out var file) ? Found(file) : NotFound("file", request.FileByFilename),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol =>
            _index.Value.Symbols.TryGetValue(request.FileContainingSymbol.TrimStart('.'), out var file)
                ? Found(file)
                : NotFound("symbol", request.FileContainingSymbol),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension => Extension(request.FileContainingExtension),
        ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType => ExtensionNumbers(request.AllExtensionNumbersOfType),
        _ => Error(StatusCode.InvalidArgument, "no question: message_request is not set"),
    };

    private ServerReflectionResponse Services()
    {
        var list = new ListServiceResponse();
        foreach (var service in _server.Services)
        {
            list.Service.Add(new ServiceResponse { Name = service.FullName });
        }

        return new ServerReflectionResponse { ListServicesResponse = list };
    }

    private ServerReflectionResponse Extension(ExtensionRequest asked) =>
        _index.Value.Extensions.TryGetValue(asked.ContainingType.TrimStart('.'), out var numbers)
        && numbers.TryGetValue(asked.ExtensionNumber, out var file)
            ? Found(file)
            : NotFound("extension", $"{asked.ContainingType} {asked.ExtensionNumber}");

    private ServerReflectionResponse ExtensionNumbers(string type)
    {
        type = type.TrimStart('.');
        if (!_index.Value.Messages.Contains(type))
        {
            return NotFound("message", type);
        }

        var found = new ExtensionNumberResponse { BaseTypeName = type };
        if (_index.Value.Extensions.TryGetValue(type, out var numbers))
        {
            found.ExtensionNumber.Add(numbers.Keys);
        }

        return new ServerReflectionResponse { AllExtensionNumbersResponse = found };
    }

    // The file asked for stands first, then everything it needs: one answer is enough to build a descriptor pool.
    private static ServerReflectionResponse Found(FileDescriptor file)
    {
        var found = new FileDescriptorResponse();
        var seen = new HashSet<string>(StringComparer.Ordinal) { file.Name };
        var open = new Queue<FileDescriptor>([file]);
        while (open.TryDequeue(out var next))
        {
            found.FileDescriptorProto.Add(next.SerializedData);
            foreach (var needed in next.Dependencies)
            {
                if (seen.Add(needed.Name))
                {
                    open.Enqueue(needed);
                }
            }
        }

        return new ServerReflectionResponse { FileDescriptorResponse = found };
    }

    private static ServerReflectionResponse NotFound(string kind, string name) => Error(StatusCode.NotFound, $"no such {kind}: {name}");

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };

    /// <summary>Everything that can be asked for, by name.</summary>
    private sealed class Index
    {
        public Index(IEnumerable<ServiceDescriptor> services)
        {
            foreach (var service in services)
            {
                Add(service.File);
            }
        }

        public Dictionary<string, FileDescriptor> Files { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, FileDescriptor> Symbols { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Messages { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, SortedDictionary<int, FileDescriptor>> Extensions { get; } = new(StringComparer.Ordinal);

        private void Add(FileDescriptor file)
        {
            if (!Files.TryAdd(file.Name, file))
            {
                return;
            }

            foreach (var needed in file.Dependencies)
            {
                Add(needed);
            }

            foreach (var service in file.Services)
            {
                Symbols[service.FullName] = file;
                foreach (var method in service.Methods)
                {
                    Symbols[method.FullName] = file;
                }
            }

            foreach (var kind in file.EnumTypes)
            {
                Add(kind);
            }

            foreach (var message in file.MessageTypes)
            {
                Add(message);
            }

            Add(file.Extensions, file);
        }

        private void Add(MessageDescriptor message)
        {
            Messages.Add(message.FullName);
            Symbols[message.FullName] = message.File;
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                Symbols[field.FullName] = message.File;
            }

            foreach (var choice in message.Oneofs)
            {
                Symbols[choice.FullName] = message.File;
            }

            foreach (var kind in message.EnumTypes)
            {
                Add(kind);
            }

            foreach (var nested in message.NestedTypes)
            {
                Add(nested);
            }

            Add(message.Extensions, message.File);
        }

        // In protobuf the values of an enum are named beside it, not within it, whatever the C# descriptor says.
        private void Add(EnumDescriptor kind)
        {
            Symbols[kind.FullName] = kind.File;
            var scope = kind.FullName[..^kind.Name.Length];
            foreach (var value in kind.Values)
            {
                Symbols[scope + value.Name] = kind.File;
            }
        }

        private void Add(ExtensionCollection extensions, FileDescriptor file)
        {
            foreach (var extension in extensions.UnorderedExtensions)
            {
                Symbols[extension.FullName] = file;
                var extended = extension.ExtendeeType.FullName;
                if (!Extensions.TryGetValue(extended, out var numbers))
                {
                    Extensions[extended] = numbers = [];
                }

                numbers[extension.FieldNumber] = file;
            }
        }
    }
}
