namespace SegmentOfOne.Domain;

/// <summary>What may be true beside the stage. Numbers are part of the formats.</summary>
public enum Overlay : byte
{
    AtRisk = 0,
    InRecovery = 1,
}
