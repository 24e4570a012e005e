namespace SegmentOfOne.Domain;

/// <summary>What an action is for. Only <see cref="Sell"/> is held back by the no-sale balance. Numbers are part of the formats.</summary>
public enum Purpose : byte
{
    Sell = 0,
    Serve = 1,
    Inform = 2,
    Care = 3,
    Reward = 4,
    Ask = 5,
}
