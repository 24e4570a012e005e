using System.Globalization;

namespace SegmentOfOne.Grpc;

/// <summary>
/// A call that ended with another status than OK. Thrown by handlers to answer it, and by the client to report it.
/// </summary>
public sealed class GrpcException : Exception
{
    /// <param name="status">Any code but <see cref="StatusCode.Ok"/>.</param>
    /// <param name="detail">Goes to the caller as <c>grpc-message</c>, so it holds nothing that the caller may not see.</param>
    /// <param name="trailers">Metadata that travels with the status.</param>
    /// <param name="cause">What led here; stays on this side of the wire.</param>
    public GrpcException(StatusCode status, string detail, GrpcMetadata? trailers = null, Exception? cause = null)
        : base(detail, cause)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)status, (int)StatusCode.Ok, nameof(status));
        Status = status;
        Trailers = trailers ?? new GrpcMetadata();
    }

    /// <summary>How the call ended.</summary>
    public StatusCode Status { get; }

    /// <summary>What travelled with the status; empty when nothing did.</summary>
    public GrpcMetadata Trailers { get; }

    /// <summary>
    /// The name of what this library found wrong before any handler did, such as <c>malformed_message</c>; null for what an
    /// application or another server said. It also stands in front of the message, with a colon.
    /// </summary>
    public string? Fault { get; internal init; }

    /// <summary>
    /// When a client with a retry policy may come again; <see cref="Timeout.InfiniteTimeSpan"/> forbids it to. Null leaves it
    /// to the client. Travels as the trailer <c>grpc-retry-pushback-ms</c> (gRFC A6), in milliseconds.
    /// </summary>
    public TimeSpan? RetryPushback
    {
        get => Trailers.Get(Wire.Names.RetryPushback) is not { } text ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? TimeSpan.FromMilliseconds(ms)
            : Timeout.InfiniteTimeSpan;
        init
        {
            if (value is { } wait)
            {
                Trailers.Set(Wire.Names.RetryPushback, ((long)wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>The status, then the detail: what a log should show.</summary>
    public override string ToString() => $"{Status}: {base.ToString()}";
}
