using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine;

/// <summary>What one thread needs to take a turn, used again for the next: a working copy of a state, and room for the bytes.</summary>
internal sealed class Workbench(byte[] secret, Keyring? keyring)
{
    public CustomerKeys Keys { get; } = new(secret);

    public Sealer Sealer { get; } = new(keyring);

    public CustomerState State { get; } = new(default);

    public byte[] TurnBytes { get; } = new byte[4096];

    public byte[] StateBytes { get; } = new byte[8192];
}
