using Microsoft.AspNetCore.Http;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway;

/// <summary>
/// Why a call is not answered, in both vocabularies at once. This is the one place that says which outcome is which status.
/// </summary>
/// <param name="Name">Stable, for programs: the trailer <see cref="Trailer"/>, the problem's <c>code</c>.</param>
/// <param name="Message">One sentence for a person; holds nothing the caller may not see.</param>
/// <param name="RetryAfter">When it makes sense to come again; null: unsaid.</param>
public sealed record Failure(string Name, string Message, StatusCode Grpc, int Http, TimeSpan? RetryAfter = null)
{
    /// <summary>The response trailer that carries <see cref="Name"/> to gRPC callers.</summary>
    public const string Trailer = "segmentofone-error";

    /// <summary>True when the request is wrong or too large whatever the state, and so was refused.</summary>
    public bool IsRefusal => Grpc is StatusCode.InvalidArgument || (Grpc is StatusCode.ResourceExhausted && RetryAfter is null);

    /// <summary>The caller's request is wrong, whatever the state.</summary>
    public static Failure Invalid(string name, string message) =>
        new(name, message, StatusCode.InvalidArgument, StatusCodes.Status400BadRequest);

    public static Failure NotFound(string name, string message) =>
        new(name, message, StatusCode.NotFound, StatusCodes.Status404NotFound);

    /// <summary>What is asked doesn't fit how things are.</summary>
    public static Failure Conflict(string name, string message) => new(name, message, StatusCode.FailedPrecondition, StatusCodes.Status409Conflict);

    public static Failure UnknownMethod(string message) =>
        new("unknown_method", message, StatusCode.Unimplemented, StatusCodes.Status405MethodNotAllowed);

    public static Failure TooLarge(string message) =>
        new("body_too_large", message, StatusCode.ResourceExhausted, StatusCodes.Status413PayloadTooLarge);

    /// <summary>The program is about to end and takes nothing new.</summary>
    public static Failure Draining { get; } =
        new("draining", "Shutting down: no new calls are taken.", StatusCode.Unavailable, StatusCodes.Status503ServiceUnavailable, TimeSpan.FromSeconds(1));

    public static Failure DeadlineExceeded { get; } =
        new("deadline_exceeded", "It took too long; what was asked for may have been done all the same.", StatusCode.DeadlineExceeded, StatusCodes.Status504GatewayTimeout);

    public static Failure Of(Refusal refusal) => Invalid(refusal.Code.Name(), refusal.Message);

    /// <summary>What an exception means to the caller; null: it is nobody's expected outcome, and belongs in the log.</summary>
    public static Failure? Of(Exception exception) => exception switch
    {
        CustomersUnavailableException { Reason: Unavailability.Overloaded } busy =>
            new("overloaded", busy.Message, StatusCode.ResourceExhausted, StatusCodes.Status429TooManyRequests, busy.RetryAfter),
        CustomersUnavailableException { Reason: Unavailability.Draining } draining =>
            new("draining", draining.Message, StatusCode.Unavailable, StatusCodes.Status503ServiceUnavailable, draining.RetryAfter),
        CustomersUnavailableException storage =>
            new("storage_unavailable", storage.Message, StatusCode.Unavailable, StatusCodes.Status503ServiceUnavailable, storage.RetryAfter),
        CustomerDamagedException damaged =>
            new("customer_damaged", damaged.Message, StatusCode.DataLoss, StatusCodes.Status500InternalServerError),
        HistoryForgottenException forgotten => NotFound("history_forgotten", forgotten.Message),
        InvalidQueryException query => Invalid("invalid_query", query.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } large =>
            TooLarge(large.Message),
        BadHttpRequestException bad => new("malformed_request", bad.Message, StatusCode.InvalidArgument, bad.StatusCode),
        _ => null,
    };

    /// <summary>What a caller hears when <see cref="Of(Exception)"/> has no name for it.</summary>
    public static Failure Unexpected { get; } =
        new("internal", "Something that must not happen did; the log says what.", StatusCode.Internal, StatusCodes.Status500InternalServerError);
}
