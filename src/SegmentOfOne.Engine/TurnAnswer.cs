using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine;

/// <summary>What a caller of a turn hears. Closed.</summary>
public abstract record TurnAnswer
{
    private TurnAnswer()
    {
    }

    /// <summary>The turn is durable. <paramref name="Duplicate"/>: its id was answered before, and this is that answer.</summary>
    public sealed record Answered(TurnReply Reply, bool Duplicate) : TurnAnswer;

    /// <summary>The request was bad; nothing changed.</summary>
    public sealed record Refused(Refusal Refusal) : TurnAnswer;
}
