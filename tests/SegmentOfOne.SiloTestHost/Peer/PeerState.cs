namespace SegmentOfOne.SiloTestHost.Peer;

/// <summary>What a peer writes.</summary>
[GenerateSerializer]
public sealed class PeerState
{
    /// <summary>The customer in its stored format; empty: nobody has met it.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; } = [];
}
