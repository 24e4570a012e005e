using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine.Checkpoints;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.WhatIfs;

namespace SegmentOfOne.Engine;

/// <summary>Every customer in this process: the default for one machine.</summary>
public sealed class EmbeddedEngine : ICustomers, ICustomerQueries, IErasures, IAsyncDisposable
{
    /// <summary>How old percentiles become, by a clock that is moved by hand, before they are found anew.</summary>
    private static readonly TimeSpan RankEvery = TimeSpan.FromDays(1);

    internal EmbeddedEngine(CustomerHome home) => Home = home;

    public IPlaybooks Playbooks => Home.Playbooks;

    /// <inheritdoc cref="CustomerHome.Outbox"/>
    public MessageOutbox Outbox => Home.Outbox;

    /// <inheritdoc cref="CustomerHome.Names"/>
    public IIdentities Names => Home.Names;

    /// <inheritdoc cref="CustomerHome.KeyOf"/>
    public CustomerKey? KeyOf(Identifier? identifier) => Home.KeyOf(identifier);

    internal CustomerHome Home { get; }

    internal ICustomerStore Store => Home.Store;

    internal Checkpointer Checkpointer => Home.Checkpointer;

    internal Eviction Eviction => Home.Eviction;

    /// <summary>Opens folder or database, each for itself alone, and serves at once; turns that are not yet checkpointed are read when
    /// their customers are touched. A database whose last holder died is free about ten seconds later.</summary>
    /// <exception cref="DataFolderException">The folder can't be used; the message says why and what to do.</exception>
    /// <exception cref="SharedDatabaseException">The database can't be used; the message says why and what to do.</exception>
    /// <exception cref="InvalidPlaybookException">The playbook given has mistakes.</exception>
    public static Task<EmbeddedEngine> Open(EngineOptions options, CancellationToken ct) => Task.Run(() => OpenOn(options, null), ct);

    /// <param name="journal">Given by tests that are the threads themselves: then none is started.</param>
    internal static EmbeddedEngine OpenOn(EngineOptions options, IJournalStorage? journal) =>
        new(CustomerHome.OpenOn(options, alone: true, journal, threads: journal is null));

    public ValueTask<TurnAnswer> Turn(TurnRequest request, CancellationToken ct) => Turn(request, place: null, ct);

    public ValueTask<TurnAnswer> Turn(TurnRequest request, TurnPlace? place, CancellationToken ct) =>
        Home.TryKey(request.Customer, out var key)
            ? Home.Customer(key).Turn(request, place, ct)
            : ValueTask.FromResult<TurnAnswer>(Home.Refuse(request));

    public ValueTask<CustomerView?> Get(Identifier customer, Instant? asOf, CancellationToken ct) =>
        Home.TryKey(customer, out var key) ? Home.Customer(key).Get(asOf, ct) : default;

    public async ValueTask<TurnPage?> Turns(Identifier customer, bool newestFirst, long? after, int limit, CancellationToken ct) =>
        Home.TryKey(customer, out var key) ? await TurnsOf(await Home.OwnerOf(key, ct), newestFirst, after, limit, ct) : null;

    public ValueTask<TurnPage?> TurnsOf(CustomerKey key, bool newestFirst, long? after, int limit, CancellationToken ct) =>
        Home.Customer(key).Turns(newestFirst, after, limit, ct);

    public ValueTask<Receipt?> Receipt(ReceiptId id, CancellationToken ct) => Home.Customer(id.Key).Receipt(id, ct);

    public string PublicKey => Home.ErasureKey;

    public async ValueTask<Erasure?> Erase(Identifier customer, ErasureReason reason, string person, CancellationToken ct) =>
        Home.TryKey(customer, out var key) ? await Home.Erase(await Home.OwnerOf(key, ct), reason, person, ct) : null;

    public async ValueTask<Erasure?> Erasure(string id, CancellationToken ct) => await Home.Erasure(id, ct);

    public async ValueTask<Erasure?> ErasureOf(Identifier customer, CancellationToken ct) =>
        Home.TryKey(customer, out var key) ? await Home.ErasureOf(key, ct) : null;

    public ValueTask<Overview> Overview(CancellationToken ct) => Home.Queries.Overview(ct);

    public ValueTask<JourneysOverview> Journeys(CancellationToken ct) => Home.Queries.Journeys(ct);

    public ValueTask<CustomerPage> List(CustomerQuery query, CancellationToken ct) => Home.Queries.List(query, ct);

    public IAsyncEnumerable<WhatIfEvent> WhatIf(WhatIfQuestion question, CancellationToken ct) => Home.Queries.WhatIf(question, ct);

    /// <summary>Carries out everything that is due by now. Answers, when that is durable, how many turns were taken that nobody asked for.
    /// For a clock that is moved by hand; otherwise it happens by itself.</summary>
    public async Task<long> WakeDue(CancellationToken ct)
    {
        var before = Home.Figures.ClockTurns;
        await Home.WakeDue(ct);
        if (Home.Shelf.Set.Ranks is not { } ranks || Home.Now - ranks.At >= RankEvery)
        {
            await Home.RefreshRanks(ct);
        }

        await Home.Retain(ct);
        return Home.Figures.ClockTurns - before;
    }

    /// <inheritdoc cref="CustomerHome.Drain(CancellationToken)"/>
    public Task Drain(CancellationToken ct) => Home.Drain(ct);

    public ValueTask DisposeAsync() => Home.DisposeAsync();

    /// <inheritdoc cref="CustomerHome.Close()"/>
    internal void Close() => Home.Close();
}
