using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>A message that is due, as the store has it.</summary>
/// <param name="Number">The row's.</param>
/// <param name="Since">From when on it waits.</param>
/// <param name="Attempts">Those that failed since then.</param>
/// <param name="Touch">Null: it carries none, so nobody's consent is asked.</param>
/// <param name="IsMade">Whether <paramref name="Content"/> is the body, not what it is to be made of.</param>
/// <param name="Content">In an envelope.</param>
internal sealed record WaitingMessage(long Number, MessageId Id, string Receiver, Instant Since, int Attempts, CarriedTouch? Touch, bool IsMade, byte[] Content);
