using System.Buffers.Binary;
using System.Security.Cryptography;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Vault;

/// <summary>
/// The keys of customers: kept wrapped in the vault, and unwrapped in memory for the latest that were asked for. A resident has its key in its
/// row beside; this is for what is read and written apart from turns. Safe for many threads.
/// </summary>
internal sealed class Keyring : IDisposable
{
    /// <summary>Keys in memory: so many that were asked for lately, and as many of those before.</summary>
    private const int Kept = 32_768;

    private const string MarkName = "tombstones";
    private const string NameName = "name";

    /// <summary>Where a master key stands that nobody gave.</summary>
    public const string MasterName = "master";

    private readonly Lock _gate = new();
    private readonly IVaultStore _store;
    private readonly MasterKey _master;
    private readonly byte[] _markKey;
    private readonly bool _isShared;
    private Dictionary<CustomerKey, CustomerSecret> _latest = [];
    private Dictionary<CustomerKey, CustomerSecret> _before = [];

    /// <param name="isShared">Whether other processes use the vault too.</param>
    /// <exception cref="DataFolderException">The master key isn't the one that the vault was made with.</exception>
    public Keyring(IVaultStore store, MasterKey master, bool isShared = false)
    {
        (_store, _master, _isShared) = (store, master, isShared);
        _markKey = Own(MarkName, () => RandomNumberGenerator.GetBytes(MasterKey.Bytes));
    }

    public IVaultStore Store => _store;

    /// <summary>Names this vault, so that a store can say which one its keys are in.</summary>
    public string Name => Convert.ToHexStringLower(_store.Meta(NameName, () => RandomNumberGenerator.GetBytes(16)));

    /// <summary>A value of the vault's own, which the master key wraps.</summary>
    public byte[] Own(string name, Func<byte[]> first) =>
        _master.Unwrap(_store.Meta(name, () => _master.Wrap(first(), NameOf(name))), NameOf(name)) ?? throw new DataFolderException(
            DataFolderProblem.Damaged,
            "The master key isn't the one that the vault was made with. Give the right one with --master-key or SEGMENTOFONE_MASTER_KEY.");

    /// <summary>What the vault says of a customer; what memory has of it may be out of date where other processes erase.</summary>
    public Held Find(CustomerKey customer)
    {
        lock (_gate)
        {
            if (_latest.TryGetValue(customer, out var secret))
            {
                return new Held(secret, false);
            }

            if (_before.TryGetValue(customer, out secret))
            {
                Remember(customer, secret);
                return new Held(secret, false);
            }
        }

        return Ask(customer);
    }

    /// <summary>What the vault says of a customer that is about to live here: nobody else may have erased it.</summary>
    public Held Look(CustomerKey customer) => _isShared ? Ask(customer) : Find(customer);

    /// <summary>What the vault says of a customer now.</summary>
    private Held Ask(CustomerKey customer)
    {
        var stored = _store.Find(customer, MarkOf(customer));
        if (stored.Wrapped is not { } wrapped)
        {
            return new Held(default, stored.IsErased);
        }

        var bytes = _master.Unwrap(wrapped, WhoseOf(customer)) ?? throw new CustomerDamagedException(customer, "key");
        var secret = CustomerSecret.Of(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        lock (_gate)
        {
            Remember(customer, secret);
        }

        return new Held(secret, false);
    }

    /// <summary>Keeps keys that were drawn for customers without one. Adds to <paramref name="refused"/> those that have another by now, or were erased.</summary>
    public void Keep(ReadOnlySpan<NewSecret> secrets, ICollection<CustomerKey> refused)
    {
        var wrapped = new List<WrappedSecret>(secrets.Length);
        Span<byte> bytes = stackalloc byte[CustomerSecret.Bytes];
        foreach (var (customer, secret) in secrets)
        {
            secret.CopyTo(bytes);
            wrapped.Add(new WrappedSecret(customer, MarkOf(customer), _master.Wrap(bytes, WhoseOf(customer))));
        }

        CryptographicOperations.ZeroMemory(bytes);
        _store.Add(wrapped, refused);
    }

    /// <summary>The key of a customer, drawn and kept where it has none; none: it was erased.</summary>
    public CustomerSecret Make(CustomerKey customer)
    {
        while (true)
        {
            var held = Find(customer);
            if (!held.Secret.IsNone || held.IsErased)
            {
                return held.Secret;
            }

            var secret = CustomerSecret.New();
            var refused = new List<CustomerKey>();
            Keep([new NewSecret(customer, secret)], refused);
            if (refused.Count == 0)
            {
                return secret;
            }
        }
    }

    /// <summary>What stands for a customer once it is erased: a hash under a key of the vault, which tells nobody whose it is.</summary>
    public UInt128 MarkOf(CustomerKey customer)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(_markKey, WhoseOf(customer), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Drops what memory has of a customer that was erased.</summary>
    public void Forget(CustomerKey customer)
    {
        lock (_gate)
        {
            _latest.Remove(customer);
            _before.Remove(customer);
        }
    }

    /// <summary>Wraps everything under another master key. This one's time is over.</summary>
    /// <param name="inVault">What is to stand in the vault as master key, where one does; empty: none.</param>
    public int Rotate(MasterKey next, byte[] inVault) => _store.Rewrap(
        (customer, wrapped) => Again(wrapped, WhoseOf(customer), next),
        (name, wrapped) => name switch
        {
            NameName => wrapped,
            MasterName => inVault,
            _ => Again(wrapped, NameOf(name), next),
        });

    public void Dispose()
    {
        _store.Dispose();
        _master.Dispose();
    }

    private byte[] Again(byte[] wrapped, byte[] whose, MasterKey next) => next.Wrap(
        _master.Unwrap(wrapped, whose) ?? throw new DataFolderException(DataFolderProblem.Damaged, "A key in the vault is damaged. Nothing was changed."),
        whose);

    private void Remember(CustomerKey customer, in CustomerSecret secret)
    {
        if (_latest.Count >= Kept)
        {
            (_before, _latest) = (_latest, _before);
            _latest.Clear();
        }

        _latest[customer] = secret;
    }

    private static byte[] NameOf(string name) => System.Text.Encoding.UTF8.GetBytes("vault " + name);

    private static byte[] WhoseOf(CustomerKey customer)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, customer.Value);
        return bytes;
    }
}
