using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Erasures;

/// <summary>Forgets customers, for ever.</summary>
public interface IErasures
{
    /// <summary>
    /// Erases a customer: from now on nothing that is stored of it anywhere can be read, and nothing about it is taken any more. Answers when that is
    /// done; one that was erased before gets the answer again. Once it is begun, it is finished, also after a crash. Null: there is no such customer.
    /// </summary>
    /// <param name="person">Who asks for it, for the audit trail.</param>
    ValueTask<Erasure?> Erase(Identifier customer, ErasureReason reason, string person, CancellationToken ct);

    /// <summary>An erasure by its id. Null: there is none.</summary>
    ValueTask<Erasure?> Erasure(string id, CancellationToken ct);

    /// <summary>The erasure of a customer. Null: it wasn't erased.</summary>
    ValueTask<Erasure?> ErasureOf(Identifier customer, CancellationToken ct);

    /// <summary>What certificates are verified with, as PEM.</summary>
    string PublicKey { get; }
}
