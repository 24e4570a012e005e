using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;

namespace SegmentOfOne.Engine;

/// <summary>
/// Every customer, wherever it lives: the one port that a gateway knows. Answers are given only when what they show is durable.
/// Infrastructure that fails is an exception (<see cref="CustomersUnavailableException"/>, <see cref="CustomerDamagedException"/>);
/// everything that a caller can do wrong is a value.
/// </summary>
public interface ICustomers
{
    /// <summary>One turn of the customer that the request names. Once its append has begun, <paramref name="ct"/> only ends the waiting.</summary>
    ValueTask<TurnAnswer> Turn(TurnRequest request, CancellationToken ct);

    /// <summary>The same, and when it returns, with or without the answer, <paramref name="place"/> says whether the next turn of the customer
    /// may be begun and keep their order; null: nobody asks.</summary>
    ValueTask<TurnAnswer> Turn(TurnRequest request, TurnPlace? place, CancellationToken ct) => Turn(request, ct);

    /// <summary>The live customer with scores valued at <paramref name="asOf"/> (null: now); as it was then, when that lies before its last turn.
    /// Null: there is, or was then, no such customer.</summary>
    ValueTask<CustomerView?> Get(Identifier customer, Instant? asOf, CancellationToken ct);

    /// <summary>The story of a customer, <paramref name="limit"/> turns (1 to <see cref="TurnPage.MaxLimit"/>) beyond version
    /// <paramref name="after"/> in the order asked for (null: from the end of the story, or its beginning). Null: no such customer.</summary>
    ValueTask<TurnPage?> Turns(Identifier customer, bool newestFirst, long? after, int limit, CancellationToken ct);

    /// <summary>The same for a customer by its key: its own turns, also when it is part of another, which has those since.</summary>
    ValueTask<TurnPage?> TurnsOf(CustomerKey key, bool newestFirst, long? after, int limit, CancellationToken ct);

    /// <summary>Why a decision was taken, recomputed from history. Null: no such decision.</summary>
    ValueTask<Receipt?> Receipt(ReceiptId id, CancellationToken ct);
}
