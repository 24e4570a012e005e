using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>Something to be written down about a message; closed.</summary>
/// <param name="Number">The row's.</param>
internal abstract record MessageNote(long Number)
{
    /// <summary>Its body, in an envelope: from now on every attempt sends these bytes.</summary>
    public sealed record Made(long Number, ReadOnlyMemory<byte> Body) : MessageNote(Number);

    /// <summary>The receiver has taken it.</summary>
    public sealed record Delivered(long Number) : MessageNote(Number);

    /// <summary>An attempt failed; the next is due at <paramref name="NextAt"/>.</summary>
    public sealed record Failed(long Number, string Failure, Instant At, Instant NextAt) : MessageNote(Number);

    /// <summary>It is given up.</summary>
    /// <param name="Attempts">How many attempts this adds: 1 or 0.</param>
    public sealed record Died(long Number, string Failure, Instant At, int Attempts) : MessageNote(Number);

    /// <summary>What it carries may no longer be delivered, by this rule of consent or contact.</summary>
    public sealed record Withdrawn(long Number, string Rule, Instant At) : MessageNote(Number);

    /// <summary>It is to be delivered after all.</summary>
    public sealed record Resent(long Number, Instant At) : MessageNote(Number);

    /// <summary>Nothing came of an attempt: whoever comes may make it.</summary>
    public sealed record Released(long Number) : MessageNote(Number);

    /// <summary>It has ended long enough ago, or too many have: it is counted, and kept no longer.</summary>
    public sealed record Forgotten(long Number) : MessageNote(Number);
}
