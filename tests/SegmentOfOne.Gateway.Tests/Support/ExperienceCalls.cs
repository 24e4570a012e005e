using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Gateway.Tests.Support;

/// <summary>The methods of the public contract as a client calls them, and requests in few words.</summary>
internal static class ExperienceCalls
{
    public static readonly ServiceDescriptor Service = V1.ExperienceReflection.Descriptor.Services[0];
    public static readonly GrpcMethod<V1.InteractRequest, V1.InteractReply> Interact = new(Service, "Interact");
    public static readonly GrpcMethod<V1.InteractRequest, V1.InteractReply> InteractStream = new(Service, "InteractStream");
    public static readonly GrpcMethod<V1.DecideRequest, V1.DecideReply> Decide = new(Service, "Decide");
    public static readonly GrpcMethod<V1.GetCustomerRequest, V1.CustomerState> GetCustomer = new(Service, "GetCustomer");
    public static readonly GrpcMethod<V1.ListTurnsRequest, V1.ListTurnsReply> ListTurns = new(Service, "ListTurns");
    public static readonly GrpcMethod<V1.GetReceiptRequest, V1.Receipt> GetReceipt = new(Service, "GetReceipt");

    public static V1.Identifier User(string id) => new() { Kind = "user_id", Value = id };

    public static V1.InteractRequest Interaction(string user, string id, string type = "product_viewed", params (string Name, Value Value)[] properties)
    {
        var request = new V1.InteractRequest { Customer = User(user), InteractionId = id, Type = type, Channel = "web" };
        foreach (var (name, value) in properties)
        {
            request.Properties.Add(name, value);
        }

        return request;
    }
}
