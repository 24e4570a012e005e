using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>A message as a checkpoint writes it down.</summary>
/// <param name="Touch">Null: it carries none.</param>
/// <param name="Since">From when on it waits, by the clock of deliveries.</param>
/// <param name="Letter">What it is made of, in an envelope.</param>
internal readonly record struct LeftMessage(MessageId Id, MessageLeft Left, CarriedTouch? Touch, Instant Since, ReadOnlyMemory<byte> Letter)
{
    /// <summary>Stands for "no decision" in a column.</summary>
    public const int NoDecision = -1;

    public int Decision => Left.Decision ?? NoDecision;
}
