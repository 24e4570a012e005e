using System.Collections.Immutable;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>Where messages of one name go, and how.</summary>
/// <param name="Secrets">The keys that sign: one, and while it is being replaced the one to come or the one that was.</param>
public sealed record Receiver(string Name, Uri Url, ImmutableArray<ImmutableArray<byte>> Secrets)
{
    public const int StandardConcurrency = 8;
    public static readonly TimeSpan StandardTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan StandardGiveUpAfter = TimeSpan.FromHours(72);

    /// <summary>How long an attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = StandardTimeout;

    /// <summary>How long after it began to wait a message is given up, once an attempt has failed.</summary>
    public TimeSpan GiveUpAfter { get; init; } = StandardGiveUpAfter;

    /// <summary>Attempts under way at once, of one process.</summary>
    public int Concurrency { get; init; } = StandardConcurrency;

    /// <summary>Without the secrets, and without what an address may hold of them.</summary>
    public override string ToString() => $"{Name} at {Url.GetLeftPart(UriPartial.Authority)}";

    public bool Equals(Receiver? other) => other is not null && Name == other.Name && Url == other.Url && Timeout == other.Timeout
        && GiveUpAfter == other.GiveUpAfter && Concurrency == other.Concurrency && Secrets.Length == other.Secrets.Length
        && Secrets.Zip(other.Secrets).All(pair => pair.First.SequenceEqual(pair.Second));

    public override int GetHashCode() => HashCode.Combine(Name, Url, Timeout, GiveUpAfter, Concurrency, Secrets.Length);
}
