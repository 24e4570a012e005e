using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Checkpoints;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Shared;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Erasures;

/// <summary>
/// Erases customers, one after the other.
/// <list type="number">
/// <item>Hold the customer: it takes no turns, and what it has begun is durable.</item>
/// <item>Save its unsaved turns, so that they are in the sums, and find out what there is to delete.</item>
/// <item>In the vault, all at once: the tombstone, the destruction of the key, and what is left to do. Before it nothing was begun; after it nothing can
/// be read any more, and what follows is finished also after a crash.</item>
/// <item>Drop what memory has, and delete the rows.</item>
/// <item>Note it in the audit trail.</item>
/// <item>Sign the certificate; keep it, and no longer whose it is.</item>
/// </list>
/// </summary>
internal sealed partial class Eraser(CustomerHome home, ICustomerStore store, Keyring? keyring, AuditTrail trail, ILogger log) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CustomerCheckpoint _checkpoint = new(home, store.Writer);

    /// <summary>For tests: called as each step is done.</summary>
    internal Action<ErasureStep> Reached { get; set; } = _ => { };

    private Keyring Keys => keyring ?? throw new CustomersUnavailableException(
        Unavailability.Storage, "Without a vault nobody can be erased out of backups. Start without --vault none.", TimeSpan.FromMinutes(1));

    /// <param name="customers">The customer, then what else stands at its identifiers.</param>
    /// <param name="silentSince">Only if it has been silent since then; else the answer is null. Null: whatever it did.</param>
    public async Task<Erasure?> Erase(
        IReadOnlyList<CustomerKey> customers, ErasureReason reason, string person, CancellationToken ct, Instant? silentSince = null)
    {
        var keys = Keys;
        await _one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await Task.Run(
                async () => keys.Store.Erasure(null, keys.MarkOf(customers[0])) is { } before
                    ? Of(before.FinishedAt is null ? Finish(before, resumed: true) : before)
                    : (await home.Activate(customers[0]).ConfigureAwait(false)).Exists ? await Begin(customers, reason, person, silentSince).ConfigureAwait(false) is { } done ? Of(done) : null : null,
                CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public Erasure? Find(string id) => Keys.Store.Erasure(id, default) is { } found ? Of(found) : null;

    public Erasure? FindOf(CustomerKey customer) => keyring?.Store.Erasure(null, keyring.MarkOf(customer)) is { } found ? Of(found) : null;

    /// <summary>Finishes what a process left that died; how many.</summary>
    public async Task<int> FinishAll()
    {
        if (keyring is null)
        {
            return 0;
        }

        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(() =>
            {
                var unfinished = keyring.Store.Unfinished();
                foreach (var erasure in unfinished)
                {
                    Finish(erasure, resumed: true);
                }

                return unfinished.Count;
            }).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public string PublicKey => Certificates.PublicKey(Keys);

    public void Dispose() => _one.Dispose();

    private async Task<StoredErasure?> Begin(IReadOnlyList<CustomerKey> customers, ErasureReason reason, string person, Instant? silentSince)
    {
        // 1. Hold the customer.
        foreach (var customer in customers)
        {
            await home.Customer(customer).Hold().ConfigureAwait(false);
        }

        var isBegun = false;
        try
        {
            // 2. Save its unsaved turns.
            var erased = new List<ErasedRows> { new("vault", "keys", customers.Count) };
            foreach (var customer in customers)
            {
                TrySave(customer);
                erased.AddRange(Count(customer));
            }

            var state = StateOf(customers[0]);
            if (silentSince is { } since && (state is null || state.LastSeen >= since))
            {
                LetGo(customers);
                return null;
            }

            Reached(ErasureStep.Saved);
            var plan = new ErasurePlan([.. customers.Select(customer => customer.ToString())], [.. state is null ? [] : state.Journeys.Runs.ToArray().Select(run => (ImmutableArray<string>)[run.Journey, run.Step])], [.. Sums(erased)]);

            // 3. In the vault, all at once.
            var tombstones = customers.Select(customer => new Tombstone(customer, Keys.MarkOf(customer))).ToList();
            var begun = new ErasureBegun(
                Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture),
                string.Join(' ', tombstones.Select(tombstone => tombstone.Mark.ToString("x32", CultureInfo.InvariantCulture))),
                person, reason.ToString(), home.Now, plan.ToBytes());
            if (!Keys.Store.TryBegin(begun, tombstones))
            {
                throw new CustomersUnavailableException(Unavailability.Storage, "Another process is erasing this customer.", TimeSpan.FromSeconds(1));
            }

            isBegun = true;
            Reached(ErasureStep.Begun);
            return Finish(new StoredErasure(begun.Id, begun.Subject, begun.By, begun.Why, begun.At, begun.Customers, null, null), resumed: false);
        }
        catch
        {
            lock (store.Writing)
            {
                foreach (var customer in customers)
                {
                    if (isBegun)
                    {
                        // It is finished a little later; until then memory mustn't know what the vault knows no more.
                        home.Customer(customer).Drop();
                    }

                    home.Customer(customer).LetGo();
                }
            }

            throw;
        }
    }

    private StoredErasure Finish(StoredErasure erasure, bool resumed)
    {
        var plan = ErasurePlan.Of(erasure.Customers);
        var journeys = plan.Journeys;
        foreach (var customer in plan.Keys)
        {
            // 4. Drop what memory has, and delete the rows.
            Keys.Forget(customer);
            store.Forbid(customer);
            lock (store.Writing)
            {
                home.Customer(customer).Drop();
                Delete(customer, journeys);
                home.Customer(customer).LetGo();
            }

            journeys = [];
            Reached(ErasureStep.Deleted);
        }

        // 5. Note it in the audit trail.
        var detail = $"certificate {erasure.Id}, subject {erasure.Subject}";
        var entry = (resumed ? EntryOf(detail) : null) ?? trail.Append(
            new AuditFacts(erasure.By, AuditStep.Erased, 0, 0, "", detail), one => store.TryAppend(one, null))!;
        Reached(ErasureStep.Noted);

        // 6. Sign the certificate.
        var finishedAt = home.Now;
        var certificate = new ErasureCertificate
        {
            Certificate = ErasureCertificate.Kind,
            Id = erasure.Id,
            Workspace = home.Options.Workspace,
            Subject = erasure.Subject,
            Reason = Name(ReasonOf(erasure)),
            Person = erasure.By,
            RequestedAt = Text(erasure.At),
            FinishedAt = Text(finishedAt),
            Erased = plan.Erased,
            AuditEntry = entry.Number,
            AuditHash = entry.Hash,
        };
        using var signer = Certificates.Signer(Keys);
        var signed = certificate.Sign(signer);
        Keys.Store.Finish(erasure.Id, finishedAt, signed);
        Reached(ErasureStep.Finished);
        LogErased(erasure.Id);
        return erasure with { Customers = [], FinishedAt = finishedAt, Certificate = signed };
    }

    /// <summary>Saves what the journal alone has. What can't be read can't be summed up, and is erased all the same.</summary>
    private void TrySave(CustomerKey customer)
    {
        lock (store.Writing)
        {
            try
            {
                var (secret, version) = home.Customer(customer).Held;
                store.Writer.Begin([customer]);
                _checkpoint.Write(customer, secret, version, []);
                store.Writer.Commit();
                if (store is SharedStore)
                {
                    // Turns that another process appended and never checkpointed are in nobody's memory.
                    store.Writer.Begin([customer]);
                    _checkpoint.WriteStored(customer, version);
                    store.Writer.Commit();
                }

                _checkpoint.Tell();
                home.Customer(customer).DropSaved(version);
            }
            catch (CustomerDamagedException e)
            {
                store.Writer.Rollback();
                LogUnread(e);
            }
            catch
            {
                store.Writer.Rollback();
                throw;
            }
        }
    }

    private List<ErasedRows> Count(CustomerKey customer)
    {
        lock (store.Writing)
        {
            store.Writer.Begin([customer]);
            try
            {
                return store.Writer.Count(store.Writer.Find(customer, null));
            }
            finally
            {
                store.Writer.Rollback();
            }
        }
    }

    private void Delete(CustomerKey customer, ImmutableArray<ImmutableArray<string>> journeys)
    {
        try
        {
            store.Writer.Begin([customer]);
            store.Writer.Erase(store.Writer.Find(customer, null), journeys);
            store.Writer.Commit();
        }
        catch
        {
            store.Writer.Rollback();
            throw;
        }
    }

    private void LetGo(IReadOnlyList<CustomerKey> customers)
    {
        foreach (var customer in customers)
        {
            home.Customer(customer).LetGo();
        }
    }

    /// <summary>The customer as it is stored; null: it can't be read.</summary>
    private CustomerState? StateOf(CustomerKey customer)
    {
        try
        {
            var state = new CustomerState(customer);
            home.Readers.Run(reader => reader.AtOnce(customer, from => from.ReadLatest(state))).GetAwaiter().GetResult();
            return state;
        }
        catch (CustomerDamagedException)
        {
            return null;
        }
    }

    private AuditEntry? EntryOf(string detail)
    {
        const int Stretch = 500;
        for (var after = 0L; ; after += Stretch)
        {
            var from = after;
            var entries = home.Readers.Run(reader => reader.Audit(from, Stretch)).GetAwaiter().GetResult();
            if (entries.Find(entry => entry.Step == AuditStep.Erased && entry.Detail == detail) is { } found)
            {
                return found;
            }

            if (entries.Count < Stretch)
            {
                return null;
            }
        }
    }

    private static Erasure Of(StoredErasure stored) => new(
        stored.Id, stored.Subject, ReasonOf(stored), stored.By, stored.At, stored.FinishedAt, stored.Certificate is { } bytes ? (ReadOnlyMemory<byte>?)bytes : null);

    private static ErasureReason ReasonOf(StoredErasure stored) => Enum.Parse<ErasureReason>(stored.Why);

    private static string Name(ErasureReason reason) => reason.ToString().ToLowerInvariant();

    private static IEnumerable<ErasedRows> Sums(List<ErasedRows> rows) =>
        rows.GroupBy(one => (one.Store, one.What)).Select(one => new ErasedRows(one.Key.Store, one.Key.What, one.Sum(row => row.Count)));

    private static string Text(Instant at) =>
        DateTimeOffset.FromUnixTimeMilliseconds(at.UnixMilliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Information, "A customer was erased; certificate {Id}.")]
    private partial void LogErased(string id);

    [LoggerMessage(LogLevel.Warning, "What a customer that is erased did last can't be read, and so not be summed up.")]
    private partial void LogUnread(Exception why);
}

/// <summary>Where an erasure is, for tests that end it there.</summary>
internal enum ErasureStep
{
    Saved,
    Begun,
    Deleted,
    Noted,
    Finished,
}
