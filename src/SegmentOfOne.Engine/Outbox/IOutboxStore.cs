using System.Data.Common;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>Messages that left and what has become of them. Safe for many threads. Failures are <see cref="DbException"/>.</summary>
internal interface IOutboxStore : IDisposable
{
    /// <summary>Waiting messages of a receiver that are due, those first that are due longest. Each is this process's alone until something is
    /// written about it but <see cref="MessageNote.Made"/>; if this process dies, until <paramref name="hold"/> has passed.</summary>
    List<WaitingMessage> Take(string receiver, Instant now, int limit, TimeSpan hold);

    /// <summary>When the next message of a receiver becomes due after a time; null: none waits for it.</summary>
    Instant? NextDue(string receiver, Instant after);

    /// <summary>Writes notes down, all or none; how many changed something. What has ended already stays as it is, but that something was
    /// delivered always counts.</summary>
    int Write(IReadOnlyList<MessageNote> notes);

    /// <summary>The rows of messages of a receiver and a status whose next attempt is or was due up to a time, the longest due first.</summary>
    List<long> First(string receiver, MessageStatus status, Instant upTo, int limit);

    /// <summary>How many messages there are, by receiver and status.</summary>
    List<(string Receiver, MessageStatus Status, long Messages)> Counts();

    /// <summary>The rows of messages that died or were withdrawn before a time.</summary>
    List<long> EndedBefore(Instant before, int limit);
}
