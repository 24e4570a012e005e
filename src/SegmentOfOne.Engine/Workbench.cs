using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine;

/// <summary>What one thread needs to take a turn, used again for the next: a working copy of a state, and room for the bytes.</summary>
internal sealed class Workbench(byte[] secret, Keyring? keyring)
{
    private byte[] _toSeal = new byte[4096];

    public CustomerKeys Keys { get; } = new(secret);

    public Sealer Sealer { get; } = new(keyring);

    /// <summary>What the journal seals of a turn: the key, and the turn. Valid until the next.</summary>
    public ReadOnlySpan<byte> ToSeal(in CustomerSecret secret, ReadOnlySpan<byte> turn)
    {
        var length = CustomerSecret.Bytes + turn.Length;
        if (_toSeal.Length < length)
        {
            _toSeal = new byte[length * 2];
        }

        secret.CopyTo(_toSeal);
        turn.CopyTo(_toSeal.AsSpan(CustomerSecret.Bytes));
        return _toSeal.AsSpan(0, length);
    }

    public CustomerState State { get; } = new(default) { Lexicon = new Lexicon() };

    public byte[] TurnBytes { get; } = new byte[4096];

    public byte[] StateBytes { get; } = new byte[8192];
}
