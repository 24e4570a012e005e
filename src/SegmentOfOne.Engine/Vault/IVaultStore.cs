using System.Data.Common;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Vault;

/// <summary>
/// Where wrapped keys and erasures are kept, apart from the data. Whatever returns is durable, and what is destroyed is gone from its files.
/// Safe for many threads. Failures are <see cref="DbException"/>.
/// </summary>
internal interface IVaultStore : IDisposable
{
    /// <summary>A value of the vault's own; what <paramref name="first"/> gives where there was none.</summary>
    byte[] Meta(string name, Func<byte[]> first);

    /// <summary>What stands for a customer.</summary>
    /// <param name="mark">What stands for it in its tombstone.</param>
    StoredSecret Find(CustomerKey customer, UInt128 mark);

    /// <summary>Keeps wrapped keys. Adds to <paramref name="refused"/> the customers that have another one by now, or were erased.</summary>
    void Add(IReadOnlyList<WrappedSecret> secrets, ICollection<CustomerKey> refused);

    /// <summary>Tombstones, the destruction of the keys, and what is to be done after that: all or nothing. False: one of the customers was
    /// erased before.</summary>
    bool TryBegin(in ErasureBegun erasure, IReadOnlyList<Tombstone> tombstones);

    /// <summary>Everything is done: keeps the certificate, and no longer which customers it was about.</summary>
    void Finish(string id, Instant at, byte[] certificate);

    /// <summary>An erasure by its id, or by the tombstone of one of its customers; null: there is none.</summary>
    StoredErasure? Erasure(string? id, UInt128 mark);

    /// <summary>Erasures that were begun and are to be finished.</summary>
    List<StoredErasure> Unfinished();

    /// <summary>Wraps every key and the vault's own values anew, all or nothing; how many customers' keys.</summary>
    int Rewrap(Func<CustomerKey, byte[], byte[]> secrets, Func<string, byte[], byte[]> meta);
}

/// <param name="Wrapped">Null: there is no key.</param>
internal readonly record struct StoredSecret(byte[]? Wrapped, bool IsErased);

internal readonly record struct WrappedSecret(CustomerKey Customer, UInt128 Mark, byte[] Wrapped);

/// <summary>Stands for a customer that was erased.</summary>
internal readonly record struct Tombstone(CustomerKey Customer, UInt128 Mark);

/// <param name="Subject">The tombstones' marks: hashes under a key of the vault.</param>
/// <param name="Customers">Whose rows are yet to be deleted.</param>
internal readonly record struct ErasureBegun(string Id, string Subject, string By, string Why, Instant At, byte[] Customers);

/// <param name="Customers">Empty once it is finished.</param>
/// <param name="Certificate">Null until it is finished.</param>
internal sealed record StoredErasure(
    string Id, string Subject, string By, string Why, Instant At, byte[] Customers, Instant? FinishedAt, byte[]? Certificate);
