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

/// <summary>
/// Tries unary calls again that ended UNAVAILABLE before any answer had begun. Waits grow by <see cref="Multiplier"/> from
/// <see cref="FirstWait"/> to <see cref="LongestWait"/>, each by chance up to a fifth shorter or longer; a wait that the server
/// names goes first (gRFC A6).
/// </summary>
public sealed record GrpcRetryPolicy
{
    /// <summary>How often a call is made at most, the first time included.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>The wait before the second attempt.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How much longer each wait is than the one before.</summary>
    public double Multiplier { get; init; } = 2;

    /// <summary>The wait before the attempt after this one, or null when there is to be none.</summary>
    internal TimeSpan? WaitAfter(int attempt, GrpcException failure, double chance)
    {
        if (failure.Status is not StatusCode.Unavailable || attempt >= MaxAttempts)
        {
            return null;
        }

        if (failure.RetryPushback is { } asked)
        {
            return asked >= TimeSpan.Zero ? asked : null;
        }

        var wait = Math.Min(FirstWait.TotalSeconds * Math.Pow(Multiplier, attempt - 1), LongestWait.TotalSeconds);
        return TimeSpan.FromSeconds(wait * (0.8 + (0.4 * chance)));
    }
}
