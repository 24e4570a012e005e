using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Gateway.Treatments;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Gateway.Rpc;

/// <summary>The gRPC service <c>segmentofone.v1.Experience</c>, each call answered in the workspace of its caller.</summary>
public sealed class ExperienceService(Gate gate)
{
    // Replies are written one after the other on a thread, each in one go.
    [ThreadStatic]
    private static ProtobufWriter? _writer;

    public IEndpointConventionBuilder Map(IEndpointRouteBuilder routes) => routes.MapGrpcService(V1.ExperienceReflection.Descriptor.Services[0], binder => binder
        .Unary<V1.InteractRequest, V1.InteractReply, Asked, TurnAnswer?>("Interact", TryRead, Asked.Of, Interact, Answer)
        .Duplex<V1.InteractRequest, V1.InteractReply>("InteractStream", Stream)
        .Unary<V1.DecideRequest, Answer<V1.DecideReply>, V1.DecideReply>("Decide", (request, call) =>
            Noted(call, "decide", request.Customer, On(call).Decide(request, CallerOf(call), call.CancellationToken)), Unwrap)
        .Unary<V1.GetCustomerRequest, Answer<V1.CustomerState>, V1.CustomerState>("GetCustomer", (request, call) =>
            Noted(call, "getCustomer", request.Customer, On(call).GetCustomer(request, call.CancellationToken)), Unwrap)
        .Unary<V1.ListTurnsRequest, Answer<V1.ListTurnsReply>, V1.ListTurnsReply>("ListTurns", (request, call) =>
            Noted(call, "listTurns", request.Customer, On(call).ListTurns(request, call.CancellationToken)), Unwrap)
        .Unary<V1.GetReceiptRequest, Answer<V1.Receipt>, V1.Receipt>("GetReceipt", (request, call) =>
            Noted(call, "getReceipt", null, On(call).GetReceipt(request, call.CancellationToken)), Unwrap));

    /// <summary>What an exception of a handler means to the caller; null leaves cancellation to the server.</summary>
    public static GrpcException? Explain(Exception exception, Telemetry telemetry)
    {
        if (exception is OperationCanceledException)
        {
            return null;
        }

        var failure = telemetry.Explain(exception);
        telemetry.Failed(failure);
        return Wire.ToGrpc(failure, exception);
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

    private static Caller CallerOf(GrpcCall call) => (Caller)call.Caller!;

    private static Experience On(GrpcCall call) => CallerOf(call).Workspace.Experience;

    private static bool TryRead(ReadOnlySpan<byte> message, out Asked asked)
    {
        var isRead = InteractBytes.TryRead(message, out var turn);
        asked = new Asked(turn?.Customer, turn, null);
        return isRead;
    }

    // The path of nearly every call. A turn takes no longer than its commit and cannot be taken back once begun, and a deadline is
    // answered without it: so it is not given the call's token, which would cost a registration and a task each time.
    private static ValueTask<TurnAnswer?> Interact(Asked asked, GrpcCall call)
    {
        var caller = CallerOf(call);
        if (caller.IsPerson)
        {
            return InteractNoted(asked, caller, call);
        }

        if (Refused(asked, caller) is { } failure)
        {
            Fail(call, failure);
            return default;
        }

        return caller.Workspace.Experience.Turn(asked.Turn!, place: null, CancellationToken.None)!;
    }

    private static async ValueTask<TurnAnswer?> InteractNoted(Asked asked, Caller caller, GrpcCall call)
    {
        var answer = await caller.Noted("interact", asked.Customer is { } customer ? Wire.ToWire(customer) : null, Answered()).ConfigureAwait(false);
        if (!answer.Succeeded)
        {
            Fail(call, answer.Failure);
        }

        return answer.Reply;

        async ValueTask<Answer<TurnAnswer>> Answered()
        {
            if (Refused(asked, caller) is { } failure)
            {
                return failure;
            }

            var turned = await caller.Workspace.Experience.Turn(asked.Turn!, place: null, CancellationToken.None).ConfigureAwait(false);
            return turned is TurnAnswer.Refused refused ? Failure.Of(refused.Refusal) : turned;
        }
    }

    private static Failure? Refused(in Asked asked, Caller caller) =>
        (asked.Customer is { } customer ? caller.TakeTurn(customer) : null) ?? asked.Failure;

    /// <param name="answer">Null: the call has failed.</param>
    private static ValueTask Answer(TurnAnswer? answer, GrpcCall call)
    {
        if (answer is TurnAnswer.Answered answered)
        {
            var content = On(call).ContentOf(answered.Reply, CancellationToken.None);
            if (!content.IsCompletedSuccessfully)
            {
                return Write(answered, content, call);
            }

            Write(answered, content.Result, call);
            return default;
        }

        if (answer is TurnAnswer.Refused refused)
        {
            Fail(call, Failure.Of(refused.Refusal));
        }

        call.Answer([]);
        return default;
    }

    private static async ValueTask Write(TurnAnswer.Answered answered, ValueTask<PlaybookContent> content, GrpcCall call) =>
        Write(answered, await content.ConfigureAwait(false), call);

    private static void Write(TurnAnswer.Answered answered, PlaybookContent content, GrpcCall call)
    {
        var writer = _writer ??= new ProtobufWriter();
        writer.Clear();
        Wire.Write(writer, answered.Reply, answered.Duplicate, content);
        call.Answer(writer.Written);
    }

    private async ValueTask Stream(RequestStream<V1.InteractRequest> requests, ResponseStream<V1.InteractReply> replies, GrpcCall call)
    {
        using var stream = new InteractionStream(gate, CallerOf(call), requests, replies, call);
        await stream.Run().ConfigureAwait(false);
    }

    /// <summary>What a person did is in the access log before it is answered.</summary>
    private static ValueTask<Answer<T>> Noted<T>(GrpcCall call, string operation, V1.Identifier? customer, ValueTask<Answer<T>> answer)
        where T : class
    {
        var caller = CallerOf(call);
        return caller.IsPerson ? caller.Noted(operation, customer, answer) : answer;
    }

    private static T Unwrap<T>(Answer<T> answer, GrpcCall call)
        where T : class
    {
        if (answer.Succeeded)
        {
            return answer.Reply;
        }

        Fail(call, answer.Failure);
        return null!;
    }

    private static void Fail(GrpcCall call, Failure failure)
    {
        CallerOf(call).Workspace.Telemetry.Failed(failure);
        call.ResponseTrailers.Add(Failure.Trailer, failure.Name);
        call.Fail(failure.Grpc, failure.Message, failure.RetryAfter);
    }

    /// <summary>What an <c>InteractRequest</c> asks for.</summary>
    /// <param name="Customer">Null: the request names none.</param>
    /// <param name="Turn">Null: there is a failure.</param>
    private readonly record struct Asked(Identifier? Customer, TurnRequest? Turn, Failure? Failure)
    {
        public static Asked Of(V1.InteractRequest request)
        {
            var turn = Wire.ToDomain(request, out var failure);
            return new Asked(request.Customer is null ? null : Wire.ToDomain(request.Customer), turn, failure);
        }
    }
}
