using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Gateway.Rpc;

/// <summary>The gRPC service <c>segmentofone.v1.Experience</c>.</summary>
public sealed class ExperienceService(Experience experience, Telemetry telemetry)
{
    public IEndpointConventionBuilder Map(IEndpointRouteBuilder routes) => routes.MapGrpcService(V1.ExperienceReflection.Descriptor.Services[0], binder => binder
        .Unary<V1.InteractRequest, V1.InteractReply>("Interact", Interact)
        .Duplex<V1.InteractRequest, V1.InteractReply>("InteractStream", Stream)
        .Unary<V1.DecideRequest, V1.DecideReply>("Decide", async (request, call) => Unwrap(await experience.Decide(request, call.CancellationToken).ConfigureAwait(false), call))
        .Unary<V1.GetCustomerRequest, V1.CustomerState>("GetCustomer", async (request, call) => Unwrap(await experience.GetCustomer(request, call.CancellationToken).ConfigureAwait(false), call))
        .Unary<V1.ListTurnsRequest, V1.ListTurnsReply>("ListTurns", async (request, call) => Unwrap(await experience.ListTurns(request, call.CancellationToken).ConfigureAwait(false), call))
        .Unary<V1.GetReceiptRequest, V1.Receipt>("GetReceipt", async (request, call) => Unwrap(await experience.GetReceipt(request, call.CancellationToken).ConfigureAwait(false), call)));

    /// <summary>What an exception of a handler means to the caller; null leaves cancellation to the server.</summary>
    public static GrpcException? Explain(Exception exception, Telemetry telemetry)
    {
        if (exception is OperationCanceledException)
        {
            return null;
        }

        var failure = telemetry.Explain(exception);
        telemetry.Failed(failure);
        return new GrpcException(failure.Grpc, failure.Message, new GrpcMetadata().Add(Failure.Trailer, failure.Name), exception) { RetryPushback = failure.RetryAfter };
    }

    /// <summary>
    /// Gives what went wrong before any handler saw the call (broken bytes, a message too large, no such method) the trailer that
    /// every other failure has, and counts it like them.
    /// </summary>
    public static void Name(GrpcException failure, Telemetry telemetry)
    {
        if (failure.Fault is { } name)
        {
            failure.Trailers.Add(Failure.Trailer, name);
            telemetry.Failed(new Failure(name, failure.Message, failure.Status, StatusCodes.Status200OK));
        }
    }

    // The path of nearly every call. A turn takes no longer than its commit and cannot be taken back once begun, and a deadline is
    // answered without it: so it is not given the call's token, which would cost a registration and a task each time.
    private async ValueTask<V1.InteractReply> Interact(V1.InteractRequest request, GrpcCall call) =>
        Unwrap(await experience.Interact(request, CancellationToken.None).ConfigureAwait(false), call);

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
