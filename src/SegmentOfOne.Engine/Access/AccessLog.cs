using System.Data.Common;
using System.Threading.Channels;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Access;

/// <summary>
/// Who looked at what and changed what, in one workspace. An entry is durable before what it is about is answered; those that come at the same
/// time share a commit. What is older than the log is kept for goes from its beginning.
/// </summary>
public sealed class AccessLog : IAsyncDisposable
{
    /// <summary>Entries of one commit at most, and read at once.</summary>
    private const int Stretch = 500;

    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    private readonly IAccessStore _store;
    private readonly TimeProvider _time;
    private readonly TimeSpan _keep;
    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writing;
    private AccessEntry? _last;
    private long? _forgot;

    /// <param name="keep">How long entries are kept.</param>
    public AccessLog(IAccessStore store, TimeProvider time, TimeSpan keep)
    {
        (_store, _time, _keep) = (store, time, keep);
        _writing = Task.Run(Write);
    }

    /// <summary>Ends when the entry is durable.</summary>
    /// <exception cref="CustomersUnavailableException">It could not be written.</exception>
    public Task Append(AccessFacts facts)
    {
        var waiting = new Waiting(facts);
        return _waiting.Writer.TryWrite(waiting)
            ? waiting.Durable.Task
            : Task.FromException(new CustomersUnavailableException(Unavailability.Draining, "The program is stopping.", TimeSpan.FromSeconds(1)));
    }

    public Task<List<AccessEntry>> Read(AccessQuery query, CancellationToken ct) => Ask(() => _store.Entries(query), ct);

    /// <summary>Recomputes all of the chain that is kept.</summary>
    public Task<AccessCheck> Check(CancellationToken ct) => Ask(
        () =>
        {
            var (first, last, head) = (0L, 0L, AccessEntry.NoHash);
            while (true)
            {
                ct.ThrowIfCancellationRequested();
                var entries = _store.Entries(new AccessQuery(last, Stretch, null, null));
                foreach (var entry in entries)
                {
                    // The first that is kept may follow some that were forgotten.
                    var follows = first == 0 ? entry.Number > 1 || entry.Previous == AccessEntry.NoHash : entry.Number == last + 1 && entry.Previous == head;
                    if (!follows || entry.Hash != entry.ComputeHash())
                    {
                        return new AccessCheck(first, last, head, entry.Number);
                    }

                    (first, last, head) = (first == 0 ? entry.Number : first, entry.Number, entry.Hash);
                }

                if (entries.Count < Stretch)
                {
                    return new AccessCheck(first, last, head, null);
                }
            }
        },
        ct);

    /// <summary>Writes what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    private static async Task<T> Ask<T>(Func<T> question, CancellationToken ct)
    {
        try
        {
            return await Task.Run(question, ct).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw Unavailable(e);
        }
    }

    private async Task Write()
    {
        var batch = new List<Waiting>();
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < Stretch && _waiting.Reader.TryRead(out var waiting))
            {
                batch.Add(waiting);
            }

            try
            {
                Store(batch);
                foreach (var waiting in batch)
                {
                    waiting.Durable.SetResult();
                }

                Forget();
            }
            catch (DbException e)
            {
                _last = null;
                foreach (var waiting in batch)
                {
                    waiting.Durable.TrySetException(Unavailable(e));
                }
            }
        }
    }

    private void Store(List<Waiting> batch)
    {
        _last ??= _store.LastEntry();
        while (true)
        {
            var (entries, last, at) = (new List<AccessEntry>(batch.Count), _last, Instant.From(_time.GetUtcNow()));
            foreach (var waiting in batch)
            {
                entries.Add(last = AccessEntry.After(last, at, waiting.Facts));
            }

            if (_store.TryAppend(entries))
            {
                _last = last;
                return;
            }

            // Another process was first: these come behind.
            _last = _store.LastEntry();
        }
    }

    private void Forget()
    {
        if (_forgot is null || _time.GetElapsedTime(_forgot.Value) >= ForgetEvery)
        {
            _forgot = _time.GetTimestamp();
            var now = Instant.From(_time.GetUtcNow());
            _store.Forget(_keep < TimeSpan.FromMilliseconds(now.UnixMilliseconds) ? now - _keep : Instant.Epoch);
        }
    }

    private static CustomersUnavailableException Unavailable(DbException e) =>
        new(Unavailability.Storage, $"The access log could not be used: {e.Message}", TimeSpan.FromSeconds(1), e);

    private sealed record Waiting(AccessFacts Facts)
    {
        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
