namespace SegmentOfOne.Grpc.Server;

/// <summary>How the gRPC server behaves. Set while it is configured, not afterwards.</summary>
public sealed class GrpcServerOptions
{
    /// <summary>The longest message taken, in bytes, both as it arrives and decompressed. Longer is RESOURCE_EXHAUSTED.</summary>
    public int MaxReceiveMessageBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// How long a message may take from its first byte (for methods that take one message: from the call's headers) to its last.
    /// Longer is DEADLINE_EXCEEDED. Null leaves it to the call's deadline.
    /// </summary>
    public TimeSpan? ReceiveTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Which replies are compressed, among those of at least <see cref="CompressFromBytes"/>.</summary>
    public ResponseCompression ResponseCompression { get; set; } = ResponseCompression.LikeRequest;

    /// <summary>Replies shorter than this, in bytes, are never compressed.</summary>
    public int CompressFromBytes { get; set; } = 1024;

    /// <summary>
    /// Says what an exception from a handler means to the caller; null leaves it to the server, which logs it and answers
    /// UNKNOWN without a detail. Not asked about <see cref="GrpcException"/>, nor
    /// about the end of a call that is overdue or whose caller has gone.
    /// </summary>
    public Func<Exception, GrpcCall, GrpcException?>? MapException { get; set; }

    /// <summary>
    /// Sees every failure that is about to be sent, with the method's path: to count it, and to add trailers to it.
    /// Called on any thread; it neither waits nor throws.
    /// </summary>
    public Action<GrpcException, string>? OnFailure { get; set; }

    /// <summary>
    /// Makes, for the path of a method, what looks at each of its calls before anything but headers is read: what comes back of that is the
    /// answer, and no handler sees the call; null takes it. It may leave what it found out in <see cref="GrpcCall.Caller"/>. Called on any
    /// thread; it does not wait. Where none is made, every call is taken.
    /// </summary>
    public Func<string, Func<GrpcCall, GrpcException?>?>? Admit { get; set; }

    /// <summary>True when the stopping of the host begins the draining by itself.</summary>
    public bool DrainWhenHostStops { get; set; } = true;
}
