namespace SegmentOfOne.Grpc.Server;

/// <summary>When replies are compressed with gzip.</summary>
public enum ResponseCompression
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>When the caller compresses its own messages and accepts gzip: almost every client accepts it unasked.</summary>
    LikeRequest,

    /// <summary>Whenever the caller accepts gzip.</summary>
    WhenAccepted,
}
