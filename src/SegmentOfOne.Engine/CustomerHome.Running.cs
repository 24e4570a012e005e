using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Clocks;
using SegmentOfOne.Engine.Checkpoints;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Queries;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Shared;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine;

/// <summary>How a home opens, what runs in it, how it ends.</summary>
public sealed partial class CustomerHome : IAsyncDisposable
{
    private const int MaxWaitingReads = 20_000;

    /// <summary>How long stopping may write to the store; what is left then is durable all the same, and saved later.</summary>
    private static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan EvictEvery = TimeSpan.FromSeconds(1);

    private readonly IStorePlace _place;
    private readonly CustomerQueries _queries;
    private readonly ManualResetEventSlim _stop = new(initialState: false, spinCount: 0);
    private readonly AutoResetEvent _makeRoom = new(false);
    private readonly Lock _draining = new();
    private Thread[] _threads = [];
    private Task? _drain;

    private CustomerHome(EngineOptions options, IStorePlace place, ReaderPool readers)
    {
        _place = place;

        // Unsaved turns stay in memory until they are saved: they must leave room for states.
        Options = options with { MaxUnsavedBytes = Math.Min(options.MaxUnsavedBytes, options.MemoryBudgetBytes / 4) };
        Readers = readers;
        Shelf = new PlaybookShelf(place.Store, readers, options);
        Figures = new Figures(Instant.From(options.Time.GetUtcNow()));
        Residents = new ResidentIndex(new Slabs(options.MemoryBudgetBytes), new IdMemory(options.MaxIdBytes));
        Journal = new JournalLanes(place.Journals, options, place.Keyring, Undo, Lose);
        Outbox = new MessageOutbox(this, place.Store.OpenOutbox(), options.Outbox, options.Log);
        Checkpointer = new Checkpointer(this, place.Store, options.Log);
        Eraser = new Eraser(this, place.Store, place.Keyring, Shelf.Trail, options.Log);
        Eviction = new Eviction(this);
        Identities = new Identities.Identities(this);
        Reach = new ReachHere(this);
        Clock = new Clock(this);
        Sweeper = new Sweeper(this);
        Stopping = _stopping.Token;
        _wake = (key, ct) => Customer(key).Wake(ct);
        Retention = new Retention(this, place.Store);
        _queries = new CustomerQueries(this, place.Store, options.Log);
        Ranking = new Ranking(this, _queries);
        _began = options.Time.GetTimestamp();
        _benches = new ThreadLocal<Workbench>(() => new Workbench(place.Store.Secret, place.Keyring), trackAllValues: true);
        Recover();
    }

    internal ICustomerStore Store => _place.Store;

    /// <summary>The keys of customers; null: everything is in the clear.</summary>
    internal Keyring? Keyring => _place.Keyring;

    internal Checkpointer Checkpointer { get; }

    internal Eviction Eviction { get; }

    /// <summary>Opens folder or database and serves at once; turns that are not yet checkpointed are read when their customers are touched.
    /// On a database other homes may stand beside it.</summary>
    /// <exception cref="DataFolderException">The folder can't be used; the message says why and what to do.</exception>
    /// <exception cref="SharedDatabaseException">The database can't be used; the message says why and what to do.</exception>
    /// <exception cref="InvalidPlaybookException">The playbook given has mistakes.</exception>
    public static Task<CustomerHome> Open(EngineOptions options, CancellationToken ct) => Task.Run(() => OpenOn(options, alone: false), ct);

    /// <param name="alone">Whether to refuse to stand beside another that wants to be alone.</param>
    /// <param name="journal">Given by tests in place of a folder's.</param>
    /// <param name="threads">Whether threads are started; tests may be them instead.</param>
    internal static CustomerHome OpenOn(EngineOptions options, bool alone, IJournalStorage? journal = null, bool threads = true)
    {
        IStorePlace place = (options.DataFolder, options.Database) switch
        {
            ({ } folder, null) => new FolderPlace(folder, options.Vault, options.Time, journal),
            (null, { } database) => new SharedPlace(database, options, alone),
            _ => throw new ArgumentException("A home stands in a folder or on a database.", nameof(options)),
        };
        ReaderPool? readers = null;
        try
        {
            readers = new ReaderPool(place.Store, threads ? place.Readers : 0, MaxWaitingReads);
            var home = new CustomerHome(options, place, readers);
            if (threads)
            {
                home.Start();
            }

            if (threads && alone)
            {
                home.KeepClocks(home._wake, _ => true);
            }

            return home;
        }
        catch (Exception)
        {
            readers?.Dispose();
            foreach (var storage in place.Journals)
            {
                storage.Dispose();
            }

            place.Dispose();
            throw;
        }
    }

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
        _stopping.Cancel();
        Readers.Dispose();
        _queries.Dispose();
        Outbox.Dispose();
        Eraser.Dispose();
        Shelf.Dispose();
        Journal.Dispose();
        foreach (var bench in _benches.Values)
        {
            bench.Keys.Dispose();
        }

        _benches.Dispose();
        Residents.Dispose();
        _place.Dispose();
        _stop.Dispose();
        _makeRoom.Dispose();
    }

    private void Start()
    {
        _threads =
        [
            .. Journal.Lanes.Select(lane => Thread("journal", lane.Run)),
            Thread("checkpoints", () => Checkpointer.Run(_stop)),
            Thread("eviction", Evict),
            Thread("outbox", () => Outbox.Run(_stop)),
            Thread("erasures", FinishErasures),
        ];
        if (_place.Tend is { } tend)
        {
            _threads = [.. _threads, Thread("store", () => tend(this, _stop))];
        }

        foreach (var thread in _threads)
        {
            thread.Start();
        }

    }

    private static Thread Thread(string name, ThreadStart run) => new(run) { Name = name, IsBackground = true };

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
        TakeNoTurns(new Closure(Unavailability.Draining, "The engine is stopping and takes no new turns."));
        _stop.Set();
        _stopping.Cancel();
        Journal.Stop();
        foreach (var thread in _threads.Concat(_clocks))
        {
            thread.Join();
        }

        var began = TimeProvider.System.GetTimestamp();
        while (Checkpointer.Round() > 0 && TimeProvider.System.GetElapsedTime(began) < DrainFor)
        {
        }

        // What the rounds saved, the journal needn't keep.
        while (Journal.Step())
        {
        }

        _place.Leave(Journal.OldestUnsaved is null);
    }
}
