namespace SegmentOfOne.Grpc.Client;

/// <summary>How a channel connects and what it accepts; read once when it is built.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>The longest reply taken, in bytes, both as it arrives and decompressed. Longer is RESOURCE_EXHAUSTED.</summary>
    public int MaxReceiveMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long a connection may take to be made.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection with calls on it may be silent before it is asked whether it lives.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it then has to answer before its calls fail with UNAVAILABLE.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What to do about UNAVAILABLE; null: report it.</summary>
    public GrpcRetryPolicy? Retry { get; init; }

    /// <summary>What carries the calls instead of a socket, such as the handler of a test server. Disposed with the channel.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>The clock of deadlines and back-off.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
