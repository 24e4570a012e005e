using System.Security.Cryptography;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Vault;

/// <summary>Seals what is to be stored of customers, and opens it again. Used by one thread at a time.</summary>
/// <param name="keyring">Null: there is no vault, everything is in the clear.</param>
internal sealed class Sealer(Keyring? keyring)
{
    private readonly Nonces _nonces = new();
    private CustomerSecret _secret;
    private AesGcm? _cipher;
    private byte[] _sealed = new byte[4096];
    private byte[] _opened = new byte[4096];

    /// <summary>Bytes in an envelope, valid until the next are sealed here.</summary>
    /// <param name="secret">The customer's; none: in the clear.</param>
    public ReadOnlySpan<byte> Seal(CustomerKey customer, long version, EnvelopeKind kind, ReadOnlySpan<byte> bytes, scoped in CustomerSecret secret)
    {
        if (_sealed.Length < bytes.Length + Envelope.MaxOverhead)
        {
            _sealed = new byte[Math.Max(_sealed.Length * 2, bytes.Length + Envelope.MaxOverhead)];
        }

        return _sealed.AsSpan(0, Envelope.Seal(_sealed, customer, version, kind, bytes, CipherOf(secret), _nonces));
    }

    /// <summary>The bytes in an envelope, valid until the next is opened here. Throws <see cref="CustomerDamagedException"/>.</summary>
    public ReadOnlySpan<byte> Open(ReadOnlySpan<byte> envelope, CustomerKey customer, long version, EnvelopeKind kind) =>
        Open(envelope, customer, version, kind, Envelope.IsSecret(envelope) && keyring is not null ? keyring.Find(customer).Secret : default);

    /// <inheritdoc cref="Open(ReadOnlySpan{byte}, CustomerKey, long, EnvelopeKind)"/>
    public ReadOnlySpan<byte> Open(ReadOnlySpan<byte> envelope, CustomerKey customer, long version, EnvelopeKind kind, scoped in CustomerSecret secret)
    {
        if (_opened.Length < envelope.Length)
        {
            _opened = new byte[Math.Max(_opened.Length * 2, envelope.Length)];
        }

        return Envelope.Open(envelope, customer, version, kind, CipherOf(secret), _opened);
    }

    /// <summary>A customer's cipher is dearer to make than to use, and often the next use is its, too.</summary>
    private AesGcm? CipherOf(in CustomerSecret secret)
    {
        if (secret.IsNone)
        {
            return null;
        }

        if (_cipher is null || _secret != secret)
        {
            _cipher?.Dispose();
            (_cipher, _secret) = (Envelope.CipherOf(secret), secret);
        }

        return _cipher;
    }

    /// <summary>The key of a customer that has one, or one that is durable from now on; none where there is no vault, or where the customer was erased.</summary>
    public CustomerSecret SecretOf(CustomerKey customer) => keyring?.Make(customer) ?? default;
}
