using System.Security.Cryptography;

namespace SegmentOfOne.Engine.Vault;

/// <summary>
/// Wraps what the vault keeps: customers' keys and its own. AES-256-GCM; wrapped is {format, nonce, tag, bytes}, and whose it is takes part in
/// the tag. Safe for many threads.
/// </summary>
internal sealed class MasterKey : IDisposable
{
    public const int Bytes = 32;

    private const byte Format = 1;
    private const int TagBytes = 16;
    private const int Overhead = 1 + Nonces.Bytes + TagBytes;

    private readonly Lock _gate = new();
    private readonly Nonces _nonces = new();
    private readonly AesGcm _cipher;

    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Bytes)
        {
            throw new ArgumentException($"A master key has {Bytes} bytes.", nameof(key));
        }

        _cipher = new AesGcm(key, TagBytes);
    }

    public byte[] Wrap(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> whose)
    {
        var wrapped = new byte[Overhead + bytes.Length];
        wrapped[0] = Format;
        lock (_gate)
        {
            var nonce = wrapped.AsSpan(1, Nonces.Bytes);
            _nonces.Next(nonce);
            _cipher.Encrypt(nonce, bytes, wrapped.AsSpan(Overhead), wrapped.AsSpan(1 + Nonces.Bytes, TagBytes), whose);
        }

        return wrapped;
    }

    /// <summary>The bytes; null: another key wrapped them, or they are somebody else's.</summary>
    public byte[]? Unwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> whose)
    {
        if (wrapped.Length < Overhead || wrapped[0] != Format)
        {
            return null;
        }

        var bytes = new byte[wrapped.Length - Overhead];
        try
        {
            lock (_gate)
            {
                _cipher.Decrypt(wrapped.Slice(1, Nonces.Bytes), wrapped[Overhead..], wrapped.Slice(1 + Nonces.Bytes, TagBytes), bytes, whose);
            }

            return bytes;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose() => _cipher.Dispose();
}
