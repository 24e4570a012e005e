using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Gateway.Rpc;

/// <summary>The gRPC service <c>segmentofone.v1.Experience</c>.</summary>
public sealed class ExperienceService(Experience experience, Telemetry telemetry)
{
    // Properties or placements of a request whose memory is kept for the next.
    private const int MostKept = 64;

    public IEndpointConventionBuilder Map(IEndpointRouteBuilder routes) => routes.MapGrpcService(V1.ExperienceReflection.Descriptor.Services[0], binder => binder
        .Unary<V1.InteractRequest, Answer<V1.InteractReply>, V1.InteractReply>("Interact", Interact, Unwrap, TryClear)
        .Duplex<V1.InteractRequest, V1.InteractReply>("InteractStream", Stream)
        .Unary<V1.DecideRequest, Answer<V1.DecideReply>, V1.DecideReply>("Decide", (request, call) => experience.Decide(request, call.CancellationToken), Unwrap)
        .Unary<V1.GetCustomerRequest, Answer<V1.CustomerState>, V1.CustomerState>("GetCustomer", (request, call) => experience.GetCustomer(request, call.CancellationToken), Unwrap)
        .Unary<V1.ListTurnsRequest, Answer<V1.ListTurnsReply>, V1.ListTurnsReply>("ListTurns", (request, call) => experience.ListTurns(request, call.CancellationToken), Unwrap)
        .Unary<V1.GetReceiptRequest, Answer<V1.Receipt>, V1.Receipt>("GetReceipt", (request, call) => experience.GetReceipt(request, call.CancellationToken), Unwrap));

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
    private ValueTask<Answer<V1.InteractReply>> Interact(V1.InteractRequest request, GrpcCall call) => experience.Interact(request, CancellationToken.None);

    // Maps and lists of a message are made of many objects, and nothing of a request is needed once it is in the domain's words.
    private static bool TryClear(V1.InteractRequest request)
    {
        if (request.Properties.Count > MostKept || request.Placements.Count > MostKept)
        {
            return false;
        }

        (request.Customer, request.OccurredAt) = (null, null);
        (request.InteractionId, request.Type, request.Channel) = ("", "", "");
        request.Properties.Clear();
        request.Placements.Clear();
        return true;
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
