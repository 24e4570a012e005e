namespace SegmentOfOne.Engine.Outbox;

/// <summary>How messages that left are delivered.</summary>
public sealed record OutboxOptions
{
    /// <summary>Where to. Messages for others wait.</summary>
    public Receivers Receivers { get; init; } = new();

    /// <summary>Makes the body of a message, once, before the first attempt to deliver it. Called from one thread of a home; where it throws,
    /// the attempt has failed.</summary>
    public Func<OutgoingMessage, IPlaybooks, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> MakeBody { get; init; } =
        (_, _, _) => throw new InvalidOperationException("Nothing makes bodies of messages here.");

    /// <summary>The clock of deliveries: the world's, whatever time customers live in. By it receivers check signatures.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A message that died or was withdrawn is kept for so long, and one for a receiver without an address waits for so long.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Messages that wait for one receiver; beyond, those that wait longest die as "outbox_full".</summary>
    public int MaxWaiting { get; init; } = 1_000_000;

    /// <summary>Dead messages of one receiver that are kept; beyond, those that left first are let go and counted.</summary>
    public int MaxDead { get; init; } = 100_000;
}
