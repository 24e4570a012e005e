using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine.Checkpoints;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Queries;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine;

/// <summary>Every customer in this process, over a folder of SQLite files: the default for one machine.</summary>
public sealed class EmbeddedEngine : ICustomers, ICustomerQueries, IAsyncDisposable
{
    private const string JournalFile = "journal.db";
    private const string StoreFile = "customers.db";
    private const int Readers = 2;
    private const int MaxWaitingReads = 20_000;

    /// <summary>How long stopping may write to the store; what is left then is in the journal, and read at the next start.</summary>
    private static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan EvictEvery = TimeSpan.FromSeconds(1);

    private readonly DataFolder _folder;
    private readonly CustomerStore _store;
    private readonly ReaderPool _readers;
    private readonly PlaybookShelf _playbooks;
    private readonly CustomerQueries _queries;
    private readonly ManualResetEventSlim _stop = new();
    private readonly AutoResetEvent _makeRoom = new(false);
    private readonly Lock _draining = new();
    private Thread[] _threads = [];
    private Task? _drain;

    private EmbeddedEngine(EngineOptions options, DataFolder folder, CustomerStore store, ReaderPool readers, IJournalStorage journal)
    {
        (_folder, _store, _readers) = (folder, store, readers);
        _playbooks = new PlaybookShelf(store, readers, options.Time, options.Playbook);
        Home = new CustomerHome(options, store, readers, _playbooks, journal) { MakeRoom = () => _makeRoom.Set() };
        Checkpointer = new Checkpointer(Home, store, options.Log);
        Eviction = new Eviction(Home);
        _queries = new CustomerQueries(Home, store, options.Log);
        Home.Recover();
    }

    public IPlaybooks Playbooks => _playbooks;

    internal CustomerHome Home { get; }

    internal Checkpointer Checkpointer { get; }

    internal Eviction Eviction { get; }

    /// <summary>Opens the data folder and serves at once; turns that only the journal has are read when their customers are touched.</summary>
    /// <exception cref="DataFolderException">The folder can't be used; the message says why and what to do.</exception>
    /// <exception cref="InvalidPlaybookException">The playbook given has mistakes.</exception>
    public static Task<EmbeddedEngine> Open(EngineOptions options, CancellationToken ct) => Task.Run(() => OpenOn(options, null), ct);

    /// <param name="journal">Given by tests that are the threads themselves: then none is started.</param>
    internal static EmbeddedEngine OpenOn(EngineOptions options, IJournalStorage? journal)
    {
        var hasThreads = journal is null;
        var folder = new DataFolder(options.DataFolder, options.Time);
        CustomerStore? store = null;
        ReaderPool? readers = null;
        try
        {
            var (journalFile, storeFile) = (folder.In(JournalFile), folder.In(StoreFile));
            if (hasThreads && File.Exists(journalFile) && !File.Exists(storeFile))
            {
                throw new DataFolderException(
                    DataFolderProblem.Incomplete, $"{storeFile} is missing beside {journalFile}. Restore the data folder from a backup.");
            }

            store = new CustomerStore(storeFile);
            journal ??= OpenJournal(journalFile, store);
            readers = new ReaderPool(store, hasThreads ? Readers : 0, MaxWaitingReads);
            var engine = new EmbeddedEngine(options, folder, store, readers, journal);
            if (hasThreads)
            {
                engine.Start();
            }

            return engine;
        }
        catch (Exception e)
        {
            readers?.Dispose();
            journal?.Dispose();
            store?.Dispose();
            folder.Dispose();
            if (e is SqliteException sqlite)
            {
                throw Database.Describe(sqlite, folder.In(StoreFile));
            }

            throw;
        }
    }

    public ValueTask<TurnAnswer> Turn(TurnRequest request, CancellationToken ct)
    {
        if (!CustomerKeys.CanBe(request.Customer))
        {
            var refusal = RequestRules.Check(request, _playbooks.InForce.Playbook, Home.Now)
                ?? throw new ArgumentException("An identifier that can't name a customer passes the rules of requests.", nameof(request));
            Home.Figures.Count(refusal);
            return ValueTask.FromResult<TurnAnswer>(new TurnAnswer.Refused(refusal));
        }

        return Customer(request.Customer).Turn(request, ct);
    }

    public ValueTask<CustomerView?> Get(Identifier customer, Instant? asOf, CancellationToken ct) =>
        CustomerKeys.CanBe(customer) ? Customer(customer).Get(asOf, ct) : default;

    public ValueTask<TurnPage?> Turns(Identifier customer, bool newestFirst, long? after, int limit, CancellationToken ct)
    {
        if (limit is < 1 or > TurnPage.MaxLimit)
        {
            throw new InvalidQueryException($"The limit is {limit}; it is 1 to {TurnPage.MaxLimit}.");
        }

        return CustomerKeys.CanBe(customer) ? Customer(customer).Turns(newestFirst, after, limit, ct) : default;
    }

    public ValueTask<Receipt?> Receipt(ReceiptId id, CancellationToken ct) => new LiveCustomer(Home, id.Key).Receipt(id, ct);

    public ValueTask<Overview> Overview(CancellationToken ct) => _queries.Overview(ct);

    public ValueTask<CustomerPage> List(CustomerQuery query, CancellationToken ct) => _queries.List(query, ct);

    /// <summary>Takes no new turns, finishes those begun, saves what time allows: everything acknowledged is durable anyway.
    /// Takes less than 5 s. Reads are still answered.</summary>
    public Task Drain(CancellationToken ct)
    {
        lock (_draining)
        {
            _drain ??= Task.Run(Drain, CancellationToken.None);
        }

        return _drain.WaitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Drain(CancellationToken.None);
        Close();
    }

    /// <summary>Lets go of everything, without saving anything.</summary>
    internal void Close()
    {
        _readers.Dispose();
        _queries.Dispose();
        _playbooks.Dispose();
        Home.Dispose();
        _store.Dispose();
        _folder.Dispose();
        _stop.Dispose();
        _makeRoom.Dispose();
    }

    private LiveCustomer Customer(Identifier identifier) => new(Home, Home.Bench.Keys.Of(identifier));

    private static SqliteJournalStorage OpenJournal(string file, CustomerStore store)
    {
        var journal = new SqliteJournalStorage(file);
        try
        {
            if (journal.Store is null && !store.HasCustomers)
            {
                journal.Store = store.Name;
            }

            return journal.Store == store.Name
                ? journal
                : throw new DataFolderException(
                    DataFolderProblem.Incomplete,
                    $"{file} and the customers.db beside it don't belong together: one of them was replaced or lost. Restore the data folder from a backup.");
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    private void Start()
    {
        _threads =
        [
            new Thread(Home.Journal.Run) { Name = "journal", IsBackground = true },
            new Thread(() => Checkpointer.Run(_stop)) { Name = "checkpoints", IsBackground = true },
            new Thread(Evict) { Name = "eviction", IsBackground = true },
        ];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    private void Evict()
    {
        var handles = new[] { _makeRoom, _stop.WaitHandle };
        while (!_stop.IsSet)
        {
            WaitHandle.WaitAny(handles, EvictEvery);
            Eviction.Sweep();
            Eviction.MakeRoom();
        }
    }

    private void Drain()
    {
        Home.IsDraining = true;
        _stop.Set();
        Home.Journal.Stop();
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        var began = TimeProvider.System.GetTimestamp();
        while (Checkpointer.Round() > 0 && TimeProvider.System.GetElapsedTime(began) < DrainFor)
        {
        }

        // What the rounds saved, the journal needn't keep.
        while (Home.Journal.Step())
        {
        }
    }
}
