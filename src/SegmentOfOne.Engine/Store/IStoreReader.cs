using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Playbooks;

namespace SegmentOfOne.Engine.Store;

/// <summary>
/// Reads single customers. Used by one thread at a time. Throws <see cref="CustomerDamagedException"/> where what is stored of the
/// customer can't be read.
/// </summary>
internal interface IStoreReader : IDisposable
{
    /// <summary>Runs <paramref name="read"/> so that what it reads of a customer fits together.</summary>
    T AtOnce<T>(CustomerKey key, Func<IStoreReader, T> read);

    /// <summary>A customer as it is stored; its bytes are valid until <see cref="Release"/>.</summary>
    bool TryFind(CustomerKey key, out StoredCustomer customer);

    void Release();

    /// <summary>The last version that is stored, 0 where there is no such customer.</summary>
    long Version(CustomerKey key);

    /// <summary>The turn that answered an id which left the recent ones; 0: none did.</summary>
    long SeenAt(CustomerKey key, ulong id);

    /// <summary>Adds the hashes of ids that left the recent ones, a stretch of at most <paramref name="limit"/> in the order in which they are stored;
    /// with the first also those that are known only by turns.</summary>
    /// <param name="next">Where the stretch begins, <see cref="long.MinValue"/> the first; afterwards where the next does.</param>
    /// <returns>Whether there may be more.</returns>
    bool ReadSeen(CustomerKey key, ref long next, int limit, List<ulong> ids);

    /// <summary>Reads into <paramref name="state"/>, which is that of a new customer, the latest that is stored; its version.</summary>
    long ReadLatest(CustomerState state);

    /// <summary>Reads into <paramref name="state"/> the latest state in history that is not after a version or, where a time is given, a time.
    /// Without one the state is that of a new customer.</summary>
    void ReadAnchor(CustomerState state, long upTo, Instant? at);

    /// <summary>The first turn that history has or will have: 1 unless earlier ones were forgotten. The state before it is an anchor then.</summary>
    long FirstKept(CustomerKey key);

    /// <summary>The last turn of those that were recorded before a time and can be forgotten in one go, the state after them being kept; 0: there are none.</summary>
    long ForgettableThrough(CustomerKey key, Instant before);

    /// <summary>Adds the turns from one version to another, both included, that history has.</summary>
    void ReadTurns(CustomerKey key, long first, long last, List<Turn> turns);

    /// <summary>Adds rows of customers that are to be looked at by a time, beyond one, in order of that time and number.</summary>
    void ReadDue(Instant by, DueRow? after, int limit, List<DueRow> rows);

    /// <summary>Adds rows that were written by a playbook before the one given, of those with numbers from one to another, both included.</summary>
    void ReadOlder(int playbook, long first, long last, List<DueRow> rows);

    /// <summary>The highest number of a row; 0: there are none.</summary>
    long LastNumber();

    /// <summary>The version of the playbook published last; 0: none was yet.</summary>
    int LatestPlaybook();

    /// <summary>A playbook; null: there was none with this number.</summary>
    StoredPlaybook? Playbook(int version);

    /// <summary>Every playbook, newest first, none said to be in force.</summary>
    List<PlaybookVersion> PlaybookVersions();

    /// <summary>The last entry of the audit trail; null: there is none.</summary>
    AuditEntry? LastAudit();

    /// <summary>Entries of the audit trail beyond one, in order.</summary>
    List<AuditEntry> Audit(long after, int limit);

    /// <summary>The entries about a draft, in order.</summary>
    List<AuditEntry> AuditOf(long draft);

    /// <summary>The numbers of the latest drafts, newest first.</summary>
    List<long> Drafts(int limit);

    /// <summary>The document of a draft; null: there is no such draft.</summary>
    byte[]? Draft(long number);
}

/// <summary>A customer in the store.</summary>
/// <param name="saved">Through which turn it is checkpointed: snapshot, columns, sums.</param>
/// <param name="version">Through which turn it is durable there.</param>
/// <param name="state">The state at <paramref name="version"/>.</param>
/// <param name="after">The turns after <paramref name="saved"/>, up to <paramref name="version"/>.</param>
internal readonly ref struct StoredCustomer(long saved, long version, ReadOnlySpan<byte> state, ReadOnlySpan<byte[]> after)
{
    public long Saved { get; } = saved;

    public long Version { get; } = version;

    public ReadOnlySpan<byte> State { get; } = state;

    public ReadOnlySpan<byte[]> After { get; } = after;
}
