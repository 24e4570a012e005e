using System.Data.Common;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Queries;

namespace SegmentOfOne.Engine.Store;

/// <summary>
/// What is kept of customers beside the journal: snapshots with the columns that marketers query, history, ids seen, sums, playbooks.
/// Failures are <see cref="DbException"/>.
/// </summary>
internal interface ICustomerStore : IDisposable
{
    /// <summary>The key under which customer keys are derived from identifiers.</summary>
    byte[] Secret { get; }

    /// <summary>How queries over many customers are said here.</summary>
    QueryDialect Dialect { get; }

    /// <summary>The writer of this process's checkpoints. Used under <see cref="Writing"/>.</summary>
    IStoreWriter Writer { get; }

    Lock Writing { get; }

    IStoreReader OpenReader();

    /// <summary>No process appends a turn of this customer any more, whatever it has in memory.</summary>
    void Forbid(CustomerKey customer);

    /// <summary>The messages that checkpoints have written down.</summary>
    IOutboxStore OpenOutbox();

    /// <summary>A connection for queries over many customers.</summary>
    DbConnection OpenQueries();

    /// <summary>Stops a query that another thread runs.</summary>
    void Cancel(DbCommand query);

    /// <summary>Every turn that other processes acknowledged before this time is in the store; null: there are no others.</summary>
    Instant? AsOfOthers(DbCommand query);

    /// <summary>The latest playbook of which it is known that every row was written by it or a later one; 0: of none.</summary>
    int Adopted { get; set; }

    /// <summary>Keeps a playbook under its version, and the entry that says so, both or neither; false: there is one of that version already,
    /// or an entry of that number.</summary>
    bool TryAddPlaybook(Playbook playbook, Instant at, int? rolledBackTo, AuditEntry entry);

    /// <summary>Adds an entry to the audit trail and, where it begins a draft, the document, both or neither; false: there is an entry
    /// of that number already.</summary>
    bool TryAppend(AuditEntry entry, ReadOnlyMemory<byte>? draft);
}

/// <summary>A playbook in the store.</summary>
internal sealed record StoredPlaybook(int Version, byte[] Document, Instant PublishedAt, int? RolledBackTo);
