using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Gateway.Rpc;

/// <summary>The gRPC service <c>segmentofone.v1.Experience</c>.</summary>
public sealed class ExperienceService(Experience experience, Telemetry telemetry)
{
    public IEndpointConventionBuilder Map(IEndpointRouteBuilder routes) => routes.MapGrpcService(V1.ExperienceReflection.Descriptor.Services[0], binder => binder
        .Unary<V1.InteractRequest, V1.InteractReply>("Interact", async (request, call) => Unwrap(await experience.Interact(request, call.CancellationToken).ConfigureAwait(false), call))
        .Duplex<V1.InteractRequest, V1.InteractReply>("InteractStream", Stream)
        .Unary<V1.DecideRequest, V1.DecideReply>("Decide", async (request, call) => Unwrap(await experience.Decide(request, call.CancellationToken).ConfigureAwait(false), call))
        .Unary<V1.GetCustomerRequest, V1.CustomerState>("GetCustomer", async (request, call) => Unwrap(await experience.GetCustomer(request, call.CancellationToken).ConfigureAwait(false), call))
        .Unary<V1.ListTurnsRequest, V1.ListTurnsReply>("ListTurns", async (request, call) => Unwrap(await experience.ListTurns(request, call.CancellationToken).ConfigureAwait(false), call))
        .Unary<V1.GetReceiptRequest, V1.Receipt>("GetReceipt", async (request, call) => Unwrap(await experience.GetReceipt(request, call.CancellationToken).ConfigureAwait(false), call)));

    /// <summary>What an exception of a handler means to the caller; null leaves cancellation and the unforeseen to the server.</summary>
    public static GrpcException? Explain(Exception exception, Telemetry telemetry)
    {
        if (Failure.Of(exception) is not { } failure)
        {
            return null;
        }

        telemetry.Failed(failure);
        return new GrpcException(failure.Grpc, failure.Message, new GrpcMetadata().Add(Failure.Trailer, failure.Name), exception) { RetryPushback = failure.RetryAfter };
    }

    private async ValueTask Stream(RequestStream<V1.InteractRequest> requests, ResponseStream<V1.InteractReply> replies, GrpcCall call)
    {
        using var stream = new InteractionStream(experience, telemetry, requests, replies, call);
        await stream.Run().ConfigureAwait(false);
    }

    private T Unwrap<T>(Answer<T> answer, GrpcCall call)
        where T : class
    {
        if (answer.Succeeded)
        {
            return answer.Reply;
        }

        telemetry.Failed(answer.Failure);
        call.ResponseTrailers.Add(Failure.Trailer, answer.Failure.Name);
        return call.Fail<T>(answer.Failure.Grpc, answer.Failure.Message);
    }
}
