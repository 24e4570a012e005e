using Google.Protobuf;
using Google.Protobuf.Reflection;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Client;

/// <summary>A method to call, with its messages. Made once, from the generated descriptor, and kept.</summary>
public sealed class GrpcMethod<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>, new()
{
    /// <summary>Throws <see cref="ArgumentException"/> when the service has no such method or its messages are others.</summary>
    public GrpcMethod(ServiceDescriptor service, string name)
    {
        Descriptor = service.FindMethodByName(name) ?? throw new ArgumentException($"{service.FullName} has no method {name}.", nameof(name));
        if (Descriptor.InputType.ClrType != typeof(TRequest) || Descriptor.OutputType.ClrType != typeof(TResponse))
        {
            throw new ArgumentException(
                $"{Descriptor.FullName} takes {Descriptor.InputType.ClrType.Name} and gives {Descriptor.OutputType.ClrType.Name}.", nameof(name));
        }

        Path = $"/{service.FullName}/{name}";
    }

    /// <summary>What the contract says of the method.</summary>
    public MethodDescriptor Descriptor { get; }

    /// <summary><c>/package.Service/Method</c>.</summary>
    public string Path { get; }

    internal MessageType<TResponse> Answers { get; } = new(fromCaller: false);
}
