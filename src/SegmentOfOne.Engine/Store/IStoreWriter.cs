using System.Buffers;
using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Store;

/// <summary>Writes checkpoints, one transaction at a time. Used by one thread at a time.</summary>
internal interface IStoreWriter : IDisposable
{
    /// <summary>Begins a transaction over some customers, each named once: their rows stand still until it ends.</summary>
    void Begin(ReadOnlySpan<CustomerKey> customers);

    /// <summary>Stores the sums with the turns that they are over, and makes it all durable.</summary>
    void Commit();

    void Rollback();

    /// <summary>Reads the customer's row and, where <paramref name="state"/> is given, its state into that.</summary>
    StoredRow Find(CustomerKey key, CustomerState? state);

    /// <summary>Adds turns, both included, that are durable here but not in memory to a stretch of turns (<see cref="TurnChunk"/>).</summary>
    /// <exception cref="CustomerDamagedException">They aren't here.</exception>
    void CopyTurns(CustomerKey key, long first, long last, IBufferWriter<byte> turns);

    /// <summary>Keeps a stretch of turns as history; <paramref name="anchor"/> is the state after them, or empty.</summary>
    void AddHistory(in StoredRow row, long first, long last, Instant lastAt, ReadOnlySpan<byte> turns, ReadOnlySpan<byte> anchor);

    void AddSeen(in StoredRow row, SeenId id);

    /// <summary>Adds a message to the outbox.</summary>
    void AddMessage(in LeftMessage message);

    /// <summary>A touch may no longer be delivered: the message that carries it, if one does and still waits, is withdrawn.</summary>
    void WithdrawMessage(CustomerKey key, TouchWithdrawn touch, Instant at);

    /// <summary>Says since when the customer is in a segment; null: it left.</summary>
    void SaveMember(in StoredRow row, string segment, Instant? since);

    /// <summary>Adds a turn to the sums.</summary>
    void Sum(Turn turn);

    /// <summary>Writes the customer's row.</summary>
    /// <param name="row">What <see cref="Find"/> said.</param>
    void SaveCustomer(in StoredRow row, CustomerState state, ReadOnlySpan<byte> snapshot, DueColumns due);

    /// <summary>Forgets the turns up to one, which <see cref="IStoreReader.ForgettableThrough"/> gave, and the states along them.</summary>
    /// <param name="lastAt">When the last of them was recorded.</param>
    /// <param name="anchor">The state after them.</param>
    void Forget(in StoredRow row, long through, Instant lastAt, ReadOnlySpan<byte> anchor);

    /// <summary>What is stored of a customer, by place.</summary>
    List<ErasedRows> Count(in StoredRow row);

    /// <summary>Deletes everything that is stored of a customer. Sums stay, and say that it has left where it was; nothing where it is gone already.</summary>
    /// <param name="journeys">Where it is in journeys: {journey, step}.</param>
    void Erase(in StoredRow row, ImmutableArray<ImmutableArray<string>> journeys);

    /// <summary>Writes into the customer's row when to look at it, and nothing else.</summary>
    /// <param name="row">What <see cref="Find"/> said.</param>
    void Redate(in StoredRow row, DueColumns due);
}

/// <summary>What a customer's row says beside its snapshot.</summary>
/// <param name="Number">The row's, also one that is yet to be inserted.</param>
/// <param name="Version">Through which turn the customer is checkpointed; 0: there is no row yet.</param>
/// <param name="Measures">The number of its half-lives; 0: there is no row yet.</param>
internal readonly record struct StoredRow(CustomerKey Key, long Number, long Version, long Measures)
{
    /// <summary>The customer's key; said by whoever writes.</summary>
    public CustomerSecret Secret { get; init; }
}
