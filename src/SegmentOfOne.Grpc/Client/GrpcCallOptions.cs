namespace SegmentOfOne.Grpc.Client;

/// <summary>What is particular to one call, or to many alike: it may be shared.</summary>
public sealed record GrpcCallOptions
{
    /// <summary>How long to wait in all, retries included; told to the server, and kept here too. Null: for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Metadata to send.</summary>
    public GrpcMetadata? Headers { get; init; }

    /// <summary>True compresses what is sent.</summary>
    public bool Gzip { get; init; }
}
