namespace SegmentOfOne.Grpc.Client;

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
