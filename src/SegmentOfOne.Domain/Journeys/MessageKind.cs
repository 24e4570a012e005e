namespace SegmentOfOne.Domain.Journeys;

/// <summary>What a message is. Numbers are part of the formats.</summary>
public enum MessageKind : byte
{
    /// <summary>Something to say to the customer: a decision with its treatment.</summary>
    Touch = 0,

    /// <summary>A case for people to look into.</summary>
    Case = 1,
}
