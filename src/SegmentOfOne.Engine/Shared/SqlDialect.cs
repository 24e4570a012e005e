using SegmentOfOne.Engine.Queries;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Shared;

/// <summary>
/// In what the SQL of one kind of shared database differs from another's: data. Texts name their parameters with @; {rows} stands
/// for the table of a <see cref="RowSet"/>.
/// </summary>
public sealed class SqlDialect
{
    internal const string Schema = "segmentofone.";

    private SqlDialect()
    {
    }

    /// <summary>PostgreSQL 13 and later.</summary>
    public static SqlDialect PostgreSql { get; } = new()
    {
        Name = "PostgreSql",
        TakesArrays = true,
        Prepares = true,
        OpenSession = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
        Now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
        LockMigration = "SELECT pg_advisory_xact_lock(6008184361430347599)",
        FirstMigration =
            """
            CREATE SCHEMA IF NOT EXISTS segmentofone;
            CREATE TABLE IF NOT EXISTS segmentofone.script(number integer PRIMARY KEY)
            """,
        Append =
            """
            WITH own AS (
                UPDATE segmentofone.lane SET mark = @mark
                WHERE writer = @writer AND number = @lane AND mark < @mark
                RETURNING mark)
            INSERT INTO segmentofone.turn(customer, version, at, entry)
            SELECT e.customer, e.version, @at, e.entry FROM own, {rows}
            WHERE NOT EXISTS (SELECT 1 FROM segmentofone.erased x WHERE x.customer = e.customer)
            ORDER BY e.customer, e.version
            """,
        LockCustomers =
            """
            SELECT c."key", c.number, c.version, c.measures
            FROM segmentofone.customer c JOIN {rows} ON c."key" = e.customer
            ORDER BY c."key" FOR UPDATE OF c
            """,
        UpdateCustomers = "UPDATE segmentofone.customer AS c SET {set} FROM {rows} WHERE c.number = e.number",
        AddTotals =
            """
            INSERT INTO segmentofone.total AS t (kind, name, value)
            SELECT e.kind, e.name, e.value FROM {rows} ORDER BY e.kind, e.name
            ON CONFLICT (kind, name) DO UPDATE SET value = t.value + excluded.value
            """,
        ClaimMessages =
            """
            UPDATE segmentofone.outbox AS o
            SET claimed_by = @who, claimed_until = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + @hold
            FROM (
                SELECT d.number FROM segmentofone.outbox d
                WHERE d.receiver = @receiver AND d.status = 0 AND d.next_at <= @now
                    AND d.claimed_until <= (extract(epoch FROM clock_timestamp()) * 1000)::bigint
                ORDER BY d.next_at, d.left_at LIMIT @limit FOR UPDATE SKIP LOCKED) AS due
            WHERE o.number = due.number
            RETURNING o.number, o.customer, o.version, o.position, o.since, o.attempts, o.decision, o.touch, o.channel, o.made, o.content
            """,
        VaultSchema =
        [
            """
            CREATE SCHEMA IF NOT EXISTS segmentofone_vault;
            CREATE TABLE IF NOT EXISTS segmentofone_vault.meta(name text PRIMARY KEY, value bytea NOT NULL);
            CREATE TABLE IF NOT EXISTS segmentofone_vault.secret(customer uuid PRIMARY KEY, wrapped bytea NOT NULL);
            CREATE TABLE IF NOT EXISTS segmentofone_vault.tombstone(mark uuid PRIMARY KEY, erasure text NOT NULL);
            CREATE TABLE IF NOT EXISTS segmentofone_vault.erasure(
                id text PRIMARY KEY, subject text NOT NULL, person text NOT NULL, reason text NOT NULL, at bigint NOT NULL,
                customers bytea NOT NULL, finished_at bigint, certificate bytea);
            CREATE INDEX IF NOT EXISTS erasure_unfinished ON segmentofone_vault.erasure(at) WHERE finished_at IS NULL
            """,
        ],
        KeepSecrets =
            """
            INSERT INTO segmentofone_vault.secret(customer, wrapped)
            SELECT e.customer, e.wrapped FROM {rows}
            WHERE NOT EXISTS (SELECT 1 FROM segmentofone_vault.tombstone t WHERE t.mark = e.mark)
            ORDER BY e.customer ON CONFLICT DO NOTHING
            """,
        Queries = new QueryDialect
        {
            Schema = Schema, Key = key => KeyColumn.Of(key), Least = "LEAST", Greatest = "GREATEST", Limit = " LIMIT @limit", Member = "\"key\"", Ln = "LN",
        },
    };

    /// <summary>SQL Server 2022 and later, Azure SQL.</summary>
    public static SqlDialect SqlServer { get; } = new()
    {
        Name = "SqlServer",
        AppendCounts = 1,
        TakesArrays = false,
        Prepares = false,
        OpenSession = "SET XACT_ABORT ON",
        Now = "DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME())",
        LockMigration = "EXEC sp_getapplock @Resource = 'segmentofone', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000",
        FirstMigration =
            """
            IF SCHEMA_ID('segmentofone') IS NULL EXEC('CREATE SCHEMA segmentofone');
            IF OBJECT_ID('segmentofone.script') IS NULL EXEC('CREATE TABLE segmentofone.script(number int PRIMARY KEY)')
            """,
        Append =
            """
            BEGIN TRANSACTION;
            UPDATE segmentofone.lane SET mark = @mark
            WHERE writer = @writer AND number = @lane AND mark < @mark;
            IF @@ROWCOUNT = 1
                INSERT INTO segmentofone.turn(customer, version, at, entry)
                SELECT e.customer, e.version, @at, e.entry FROM {rows}
                WHERE NOT EXISTS (SELECT 1 FROM segmentofone.erased x WHERE x.customer = e.customer)
                ORDER BY e.customer, e.version;
            COMMIT TRANSACTION WITH (DELAYED_DURABILITY = OFF)
            """,
        LockCustomers =
            """
            SELECT c."key", c.number, c.version, c.measures
            FROM segmentofone.customer c WITH (UPDLOCK, ROWLOCK) JOIN {rows} ON c."key" = e.customer
            ORDER BY c."key"
            """,
        Exactly = " COLLATE Latin1_General_100_BIN2",
        UpdateCustomers = "UPDATE c SET {set} FROM segmentofone.customer AS c JOIN {rows} ON c.number = e.number",
        AddTotals =
            """
            MERGE segmentofone.total WITH (HOLDLOCK) AS t
            USING (SELECT e.kind, e.name, e.value FROM {rows}) AS s
            ON t.kind = s.kind AND t.name_bytes = CAST(s.name AS varbinary(800))
            WHEN MATCHED THEN UPDATE SET value = t.value + s.value
            WHEN NOT MATCHED THEN INSERT (kind, name, value) VALUES (s.kind, s.name, s.value);
            """,
        ClaimMessages =
            """
            WITH due AS (
                SELECT TOP (@limit) * FROM segmentofone.outbox WITH (ROWLOCK, UPDLOCK, READPAST)
                WHERE receiver = @receiver AND status = 0 AND next_at <= @now
                    AND claimed_until <= DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME())
                ORDER BY next_at, left_at)
            UPDATE due
            SET claimed_by = @who, claimed_until = DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME()) + @hold
            OUTPUT inserted.number, inserted.customer, inserted.version, inserted.position, inserted.since, inserted.attempts,
                inserted.decision, inserted.touch, inserted.channel, inserted.made, inserted.content
            """,
        VaultSchema =
        [
            "IF SCHEMA_ID('segmentofone_vault') IS NULL EXEC('CREATE SCHEMA segmentofone_vault')",
            """
            IF OBJECT_ID('segmentofone_vault.erasure') IS NULL
            BEGIN
                CREATE TABLE segmentofone_vault.meta(name varchar(100) PRIMARY KEY, value varbinary(max) NOT NULL);
                CREATE TABLE segmentofone_vault.secret(customer uniqueidentifier PRIMARY KEY, wrapped varbinary(200) NOT NULL);
                CREATE TABLE segmentofone_vault.tombstone(mark uniqueidentifier PRIMARY KEY, erasure varchar(100) NOT NULL);
                CREATE TABLE segmentofone_vault.erasure(
                    id varchar(100) PRIMARY KEY, subject varchar(max) NOT NULL, person nvarchar(400) NOT NULL, reason nvarchar(max) NOT NULL,
                    at bigint NOT NULL, customers varbinary(max) NOT NULL, finished_at bigint, certificate varbinary(max));
            END
            """,
        ],
        KeepSecrets =
            """
            INSERT INTO segmentofone_vault.secret(customer, wrapped)
            SELECT e.customer, e.wrapped FROM {rows}
            WHERE NOT EXISTS (SELECT 1 FROM segmentofone_vault.tombstone t WHERE t.mark = e.mark)
                AND NOT EXISTS (SELECT 1 FROM segmentofone_vault.secret s WITH (UPDLOCK, HOLDLOCK) WHERE s.customer = e.customer)
            ORDER BY e.customer
            """,
        Queries = new QueryDialect
        {
            Schema = Schema, Key = key => KeyColumn.Of(key), Least = "LEAST", Greatest = "GREATEST", Limit = " OFFSET 0 ROWS FETCH NEXT @limit ROWS ONLY",
            Member = "\"key\"", Ln = "LOG",
        },
    };

    /// <summary>Also the folder of its scripts.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Parameters may be arrays; else many rows go as JSON.</summary>
    internal bool TakesArrays { get; private init; }

    /// <summary>Statements are prepared once their parameters have values.</summary>
    internal bool Prepares { get; private init; }

    /// <summary>Run on each new connection.</summary>
    internal string OpenSession { get; private init; } = "";

    /// <summary>The database's time, in milliseconds since 1970.</summary>
    internal string Now { get; private init; } = "";

    /// <summary>Keeps other processes from migrating until the transaction ends.</summary>
    internal string LockMigration { get; private init; } = "";

    /// <summary>Makes the schema and its table of scripts where they aren't there.</summary>
    internal string FirstMigration { get; private init; } = "";

    /// <summary>Appends rows (customer, version, entry) of customers that weren't erased and commits, all or nothing; nothing unless the lane's mark
    /// is below @mark.</summary>
    internal string Append { get; private init; } = "";

    /// <summary>Rows that <see cref="Append"/> is said to have changed beside those that it appends.</summary>
    internal int AppendCounts { get; private init; }

    /// <summary>Reads key, number, version and measures of the customers in rows (customer), and holds them until the transaction ends.</summary>
    internal string LockCustomers { get; private init; } = "";

    /// <summary>Sets {set} of customers by number from rows.</summary>
    internal string UpdateCustomers { get; private init; } = "";

    /// <summary>Stands behind a text of a row that is compared with a column whose names differ when their characters do.</summary>
    internal string Exactly { get; private init; } = "";

    /// <summary>Adds rows (kind, name, value) to the sums.</summary>
    internal string AddTotals { get; private init; } = "";

    /// <summary>Claims for @who, as long as @hold, up to @limit messages of a receiver that are due @now and that nobody else has claimed or is
    /// claiming; reads number, customer, version, position, since, attempts, made and content of each.</summary>
    internal string ClaimMessages { get; private init; } = "";

    /// <summary>Makes the vault's schema and tables where they aren't there.</summary>
    internal string[] VaultSchema { get; private init; } = [];

    /// <summary>Keeps rows (customer, mark, wrapped) of customers who have no key and no tombstone.</summary>
    internal string KeepSecrets { get; private init; } = "";

    internal QueryDialect Queries { get; private init; } = new() { Key = _ => "", Least = "", Greatest = "", Limit = "", Member = "", Ln = "" };
}
