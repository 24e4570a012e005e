using System.Data.Common;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Checkpoints;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Shared;

/// <summary>A shared database: what keeps this process in touch with the others on it, or keeps other embedded engines away.</summary>
internal sealed partial class SharedPlace : IStorePlace
{
    /// <summary>How often the others hear of this process, and it of them.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookForDeadEvery = TimeSpan.FromSeconds(5);

    /// <summary>Customers of a dead process in one transaction.</summary>
    private const int AtOnce = 500;

    private readonly ILogger _log;
    private readonly Lease? _lease;
    private readonly Writers _writers;
    private readonly SharedStore _store;
    private bool _inTrouble;
    private bool _isLost;

    /// <param name="alone">Whether no other home may stand there that wants the same.</param>
    /// <exception cref="SharedDatabaseException">It can't be used; the message says why and what to do.</exception>
    public SharedPlace(SharedDatabase database, EngineOptions options, bool alone)
    {
        _log = options.Log;
        Migration.Run(database);
        try
        {
            if (alone)
            {
                _lease = new Lease(database, options.Time);
                _lease.Take();
            }

            Keyring = options.Vault.Encrypts ? SharedVault.Open(options.Vault.Database ?? database, options.Vault.MasterKey) : null;
            _writers = new Writers(database, Instant.From(options.Time.GetUtcNow()));
            _store = new SharedStore(database, _writers, Keyring);
            Bind();
        }
        catch (Exception e)
        {
            _writers?.Dispose();
            Keyring?.Dispose();
            _lease?.Dispose();
            throw e is DbException
                ? new SharedDatabaseException(SharedDatabaseProblem.Unreachable, $"The database can't be used: {e.Message}", e)
                : e;
        }

        Journals = [.. Enumerable.Range(0, Writers.Lanes).Select(lane => new SharedJournal(database, _writers, lane))];
    }

    public ICustomerStore Store => _store;

    public Keyring? Keyring { get; }

    public IReadOnlyList<IJournalStorage> Journals { get; }

    /// <summary>They wait for a network, not for a disk of ours.</summary>
    public int Readers => 8;

    public Action<CustomerHome, ManualResetEventSlim>? Tend => KeepInTouch;

    public void Leave(bool allSaved)
    {
        try
        {
            _writers.Leave(allSaved);
            _lease?.Release();
        }
        catch (DbException e)
        {
            LogTrouble(e.Message);
        }
    }

    public void Dispose()
    {
        _store.Dispose();
        Keyring?.Dispose();
        _writers.Dispose();
        _lease?.Dispose();
    }

    /// <summary>Notes at the first start which vault the keys are in, and refuses any other from then on.</summary>
    private void Bind()
    {
        var known = _store.Vault(Keyring?.Name);
        if (known is not null && known != Keyring?.Name)
        {
            throw new SharedDatabaseException(
                SharedDatabaseProblem.Unreachable,
                Keyring is null
                    ? "The customers on the database are encrypted; they can't be read without their vault."
                    : "The vault isn't the one that has the keys of the customers on the database. Name that one with --vault.");
        }
    }

    private void KeepInTouch(CustomerHome home, ManualResetEventSlim stop)
    {
        using var writer = _store.OpenWriter();
        var checkpoint = new CustomerCheckpoint(home, writer);
        var looked = 0L;
        _writers.AsOf = () => home.AsOf;
        do
        {
            try
            {
                Renew(home);
                _writers.Beat();
                home.RefreshPlaybooks(CancellationToken.None).GetAwaiter().GetResult();
                if (looked == 0 || TimeProvider.System.GetElapsedTime(looked) >= LookForDeadEvery)
                {
                    CheckpointForDead(writer, checkpoint, stop);
                    looked = TimeProvider.System.GetTimestamp();
                }

                _inTrouble = false;
            }
            catch (Exception e) when (e is DbException or CustomersUnavailableException or InvalidDataException)
            {
                if (!_inTrouble)
                {
                    LogTrouble(e.Message);
                }

                _inTrouble = true;
            }
        }
        while (!stop.Wait(Every));
    }

    /// <summary>Renews the lease, and lets the home take turns just as long as it holds.</summary>
    private void Renew(CustomerHome home)
    {
        if (_lease is null || _isLost)
        {
            return;
        }

        try
        {
            if (_lease.TryRenew())
            {
                home.TakeNoTurns(null);
                return;
            }

            _isLost = true;
            var message = $"The database is held by {_lease.Holder().Who} now. This process takes no more turns; stop it.";
            home.TakeNoTurns(new Closure(Unavailability.Storage, message));
            LogLost(message);
        }
        catch (DbException) when (_lease.HasExpired)
        {
            home.TakeNoTurns(new Closure(Unavailability.Storage, "The lease on the database has run out, and the database doesn't answer."));
            throw;
        }
    }

    /// <summary>Brings into snapshots and sums what dead processes had appended and not yet checkpointed.</summary>
    private void CheckpointForDead(SharedWriter writer, CustomerCheckpoint checkpoint, ManualResetEventSlim stop)
    {
        while (!stop.IsSet && _writers.TakeDead() is { } dead)
        {
            var left = _writers.LeftBy(dead);
            LogDead(dead.Who, left.Count);
            foreach (var group in left.Chunk(AtOnce))
            {
                if (stop.IsSet)
                {
                    return;
                }

                _writers.Beat();
                try
                {
                    Save(writer, checkpoint, group);
                }
                catch (CustomerDamagedException)
                {
                    // One of them spoils it for the others, unless each is saved alone.
                    foreach (var customer in group)
                    {
                        SaveAlone(writer, checkpoint, customer);
                    }
                }
            }

            _writers.Bury(dead);
        }
    }

    private void SaveAlone(SharedWriter writer, CustomerCheckpoint checkpoint, (CustomerKey Key, long Version) customer)
    {
        try
        {
            Save(writer, checkpoint, [customer]);
        }
        catch (CustomerDamagedException e)
        {
            LogLeftOut(customer.Key, e);
        }
    }

    private static void Save(SharedWriter writer, CustomerCheckpoint checkpoint, (CustomerKey Key, long Version)[] group)
    {
        try
        {
            writer.Begin([.. group.Select(customer => customer.Key)]);
            foreach (var (key, version) in group)
            {
                checkpoint.WriteStored(key, version);
            }

            writer.Commit();
        }
        catch
        {
            writer.Rollback();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database: {Reason}")]
    private partial void LogTrouble(string reason);

    [LoggerMessage(LogLevel.Error, "{Message}")]
    private partial void LogLost(string message);

    [LoggerMessage(LogLevel.Warning, "{Who} is dead; {Customers} customers are checkpointed for it.")]
    private partial void LogDead(string who, int customers);

    [LoggerMessage(LogLevel.Error, "Customer {Key} can't be checkpointed.")]
    private partial void LogLeftOut(CustomerKey key, Exception why);
}
