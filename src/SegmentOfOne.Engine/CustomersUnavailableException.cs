namespace SegmentOfOne.Engine;

/// <summary>Why customers don't answer now.</summary>
public enum Unavailability
{
    /// <summary>A queue or the memory is at its bound: less load helps.</summary>
    Overloaded,

    /// <summary>The journal or the store can't be written or read at the moment.</summary>
    Storage,

    /// <summary>The engine takes no new turns because it is about to stop.</summary>
    Draining,
}

/// <summary>
/// Not now: nothing is acknowledged, and the same call may be made again after <see cref="RetryAfter"/>.
/// A turn that failed so may yet turn out to be durable; its id makes the repetition harmless.
/// </summary>
public sealed class CustomersUnavailableException(Unavailability reason, string message, TimeSpan retryAfter, Exception? inner = null)
    : Exception(message, inner)
{
    public Unavailability Reason { get; } = reason;

    public TimeSpan RetryAfter { get; } = retryAfter;
}
