using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Queries;
using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Vault;
using SQLitePCL;

namespace SegmentOfOne.Engine.Store;

/// <summary>customers.db: snapshots with the columns that marketers query, history, ids seen, sums, playbooks.</summary>
internal sealed class CustomerStore : ICustomerStore
{
    private const int SecretBytes = 32;

    // customer: snapshot is the state at version; the other columns say the same for queries. Accumulators are {amount, valued at, rank},
    // rank = log2(amount) + at / half-life, which orders customers of one half-life the same at every later time.
    // measures: the half-lives that states are folded with; customers says how many of them are.
    // history: turns first_version to last_version; anchor is the state after them, where there is one.
    // seen: ids that left a state's recent ones. total: sums over the turns in history.
    private static readonly string[] Schema =
    [
        """
        CREATE TABLE meta(name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE measures(
            number INTEGER PRIMARY KEY,
            involvement INTEGER NOT NULL, interaction INTEGER NOT NULL, intimacy INTEGER NOT NULL, influence INTEGER NOT NULL,
            customers INTEGER NOT NULL,
            UNIQUE(involvement, interaction, intimacy, influence)) STRICT;
        CREATE TABLE customer(
            number INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            version INTEGER NOT NULL,
            stage INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            value REAL NOT NULL,
            measures INTEGER NOT NULL,
            involvement REAL NOT NULL, involvement_at INTEGER NOT NULL, involvement_rank REAL NOT NULL,
            interaction REAL NOT NULL, interaction_at INTEGER NOT NULL, interaction_rank REAL NOT NULL,
            influence REAL NOT NULL, influence_at INTEGER NOT NULL, influence_rank REAL NOT NULL,
            liked REAL NOT NULL, liked_at INTEGER NOT NULL,
            disliked REAL NOT NULL, disliked_at INTEGER NOT NULL,
            snapshot BLOB NOT NULL) STRICT;
        CREATE INDEX customer_involvement ON customer(involvement_rank);
        CREATE INDEX customer_interaction ON customer(interaction_rank);
        CREATE INDEX customer_influence ON customer(influence_rank);
        CREATE INDEX customer_last_seen ON customer(last_seen);
        CREATE INDEX customer_value ON customer(value);
        CREATE INDEX customer_stage ON customer(stage);
        CREATE TABLE history(
            number INTEGER PRIMARY KEY,
            customer INTEGER NOT NULL,
            first_version INTEGER NOT NULL,
            last_version INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            turns BLOB NOT NULL,
            anchor BLOB) STRICT;
        CREATE UNIQUE INDEX history_customer ON history(customer, last_version);
        CREATE TABLE seen(
            customer INTEGER NOT NULL, id INTEGER NOT NULL, version INTEGER NOT NULL,
            PRIMARY KEY(customer, id)) STRICT, WITHOUT ROWID;
        CREATE TABLE total(kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(kind, name)) STRICT, WITHOUT ROWID;
        CREATE TABLE playbook(
            version INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            document BLOB NOT NULL,
            published_at INTEGER NOT NULL,
            rolled_back_to INTEGER) STRICT
        """,

        // audit: what was done with playbooks; hash is over the other columns and the hash before. draft: documents by the entry that began them.
        """
        CREATE TABLE audit(
            number INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            person TEXT NOT NULL,
            step TEXT NOT NULL,
            draft INTEGER NOT NULL,
            version INTEGER NOT NULL,
            passed INTEGER NOT NULL,
            document TEXT NOT NULL,
            detail TEXT NOT NULL,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL) STRICT;
        CREATE INDEX audit_draft ON audit(draft, number);
        CREATE TABLE draft(number INTEGER PRIMARY KEY, document BLOB NOT NULL) STRICT
        """,

        // due_at: when to look at the customer, by playbook due_playbook; NULL: never. member: who is in a segment, and since when.
        """
        ALTER TABLE customer ADD COLUMN due_at INTEGER;
        ALTER TABLE customer ADD COLUMN due_playbook INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX customer_due ON customer(due_at) WHERE due_at IS NOT NULL;
        CREATE TABLE member(
            segment TEXT NOT NULL, customer INTEGER NOT NULL, since INTEGER NOT NULL,
            PRIMARY KEY(segment, customer)) STRICT, WITHOUT ROWID
        """,
        SqliteMessageWriter.Schema,

        // Finds the segments of a customer that is erased.
        "CREATE INDEX member_customer ON member(customer)",
        SqliteMessageWriter.TouchSchema,
    ];

    private static readonly QueryDialect Queries = new() { Key = key => KeyColumn.Of(key).ToByteArray(bigEndian: true), Least = "MIN", Greatest = "MAX", Limit = " LIMIT @limit", Member = "number", Ln = "LN" };

    private readonly string _file;
    private readonly Keyring? _keyring;
    private readonly SqliteConnection _connection;
    private readonly StoreWriter _writer;

    public CustomerStore(string file, Keyring? keyring)
    {
        (_file, _keyring) = (file, keyring);
        try
        {
            _connection = Database.OpenWriter(file);

            // Pages of one checkpoint stay in memory until its commit writes each of them once.
            Database.Execute(_connection, "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8192; PRAGMA journal_size_limit = 67108864;");
            Database.Upgrade(_connection, file, Schema);
            (Secret, Name) = (Meta("secret", () => RandomNumberGenerator.GetBytes(SecretBytes)), Convert.ToHexStringLower(Meta("store", () => RandomNumberGenerator.GetBytes(16))));
            _writer = new StoreWriter(_connection, keyring);
        }
        catch (SqliteException e)
        {
            _connection?.Dispose();
            throw Database.Describe(e, file);
        }
        catch
        {
            _connection?.Dispose();
            throw;
        }
    }

    /// <summary>Names this store, so that a journal can say which one it belongs to.</summary>
    public string Name { get; }

    public byte[] Secret { get; }

    /// <summary>Which vault the keys of its customers are in; null: it had none yet.</summary>
    public string? Vault
    {
        get
        {
            using var find = new Statement(_connection, "SELECT value FROM meta WHERE name = 'vault'");
            return find.Step() ? find.Text(0) : null;
        }

        set
        {
            using var note = new Statement(_connection, "INSERT OR REPLACE INTO meta(name, value) VALUES ('vault', ?1)");
            note.Bind(1, value!).Run();
        }
    }

    public QueryDialect Dialect => Queries;

    public IStoreWriter Writer => _writer;

    public Lock Writing { get; } = new();

    public IStoreReader OpenReader() => new StoreReader(_file, _keyring);

    /// <summary>There is no other process, and this one asks the vault.</summary>
    public void Forbid(CustomerKey customer)
    {
    }

    public IOutboxStore OpenOutbox() => new SqliteOutbox(_file, _connection, Writing);

    public DbConnection OpenQueries() => Database.OpenReader(_file);

    public void Cancel(DbCommand query) => raw.sqlite3_interrupt(((SqliteConnection)query.Connection!).Handle!);

    public Instant? AsOfOthers(DbCommand query) => null;

    public int Adopted
    {
        get
        {
            lock (Writing)
            {
                using var find = new Statement(_connection, "SELECT value FROM meta WHERE name = 'adopted'");
                return find.Step() ? (int)find.Int64(0) : 0;
            }
        }

        set => Write(() =>
        {
            using var note = new Statement(_connection, "INSERT OR REPLACE INTO meta(name, value) VALUES ('adopted', ?1)");
            note.Bind(1, value).Run();
        });
    }

    public bool TryAddPlaybook(Playbook playbook, Instant at, int? rolledBackTo, AuditEntry entry) => Write(() =>
    {
        _writer.AddPlaybook(playbook.Version, playbook.Name, playbook.Source.Span, at, rolledBackTo);
        _writer.AddAudit(entry);
    });

    public bool TryAppend(AuditEntry entry, ReadOnlyMemory<byte>? draft) => Write(() =>
    {
        _writer.AddAudit(entry);
        if (draft is { } document)
        {
            _writer.AddDraft(entry.Number, document.Span);
        }
    });

    public bool HasCustomers => Database.Scalar(_connection, "SELECT EXISTS (SELECT 1 FROM customer)") != 0;

    public void Dispose()
    {
        _writer.Dispose();
        _connection.Dispose();
    }

    /// <summary>Nobody else writes this file, so nothing is ever taken.</summary>
    private bool Write(Action write)
    {
        lock (Writing)
        {
            try
            {
                _writer.Begin([]);
                write();
                _writer.Commit();
                return true;
            }
            catch (SqliteException)
            {
                _writer.Rollback();
                throw;
            }
        }
    }

    private byte[] Meta(string name, Func<byte[]> first)
    {
        using var find = new Statement(_connection, "SELECT value FROM meta WHERE name = ?1");
        if (find.Bind(1, name).Step())
        {
            return find.Blob(0).ToArray();
        }

        var value = first();
        using var insert = new Statement(_connection, "INSERT INTO meta VALUES (?1, ?2)");
        insert.Bind(1, name).Bind(2, value).Run();
        return value;
    }
}
