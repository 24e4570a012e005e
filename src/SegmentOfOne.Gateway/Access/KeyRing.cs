using System.Collections.Frozen;
using System.Data.Common;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Access;

namespace SegmentOfOne.Gateway.Access;

/// <summary>
/// The keys of a workspace in memory, swapped whole. Looked for anew every second, so that what another process or the command line did
/// counts here a second later. While the store can't be read those from before count, and the log says so.
/// </summary>
public sealed partial class KeyRing : IAsyncDisposable
{
    /// <summary>Keys of a workspace, those that ended included.</summary>
    public const int MostKeys = 10_000;

    /// <summary>How exactly it is noted when a key was used last.</summary>
    private static readonly TimeSpan NoteUseEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReadAllEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Workspace _workspace;
    private readonly IAccessStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ends = new();
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Task _following;
    private volatile FrozenDictionary<string, Caller> _callers = FrozenDictionary<string, Caller>.Empty;
    private (long, long)? _mark;
    private long _readAt;
    private long _notedAt;
    private bool _inTrouble;

    /// <exception cref="DbException">The keys can't be read.</exception>
    public KeyRing(Workspace workspace, IAccessStore store, TimeProvider time, ILogger<KeyRing> log)
    {
        (_workspace, _store, _time, _log) = (workspace, store, time, log);
        _notedAt = time.GetTimestamp();
        Read();
        _following = Follow();
    }

    /// <summary>Whether there was ever a key, one that has ended included: from then on nobody does anything without one.</summary>
    public bool HasKeys => _callers.Count > 0;

    public bool TryFind(ReadOnlySpan<char> id, out Caller caller) => _callers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out caller!);

    /// <summary>Every key, in the order of making.</summary>
    public Task<List<AccessKey>> List(CancellationToken ct) => Ask(_store.Keys, ct);

    /// <summary>Makes a key that counts at once; null: there are too many.</summary>
    public async Task<(string Text, AccessKey Key)?> Add(string name, Role role, string by, TimeSpan? lasts, RateLimit? limit, CancellationToken ct)
    {
        if (_callers.Count >= MostKeys)
        {
            return null;
        }

        var now = Instant.From(_time.GetUtcNow());
        var made = KeySecret.Make(name, role, now, by, lasts is { } time ? now + time : null, limit);
        await Ask(
            () =>
            {
                _store.Add(made.Key);
                return true;
            },
            ct).ConfigureAwait(false);
        await Refresh().ConfigureAwait(false);
        return made;
    }

    /// <summary>The key as it is then; null: there is none, or it was revoked before.</summary>
    public async Task<AccessKey?> Revoke(string id, CancellationToken ct)
    {
        var now = Instant.From(_time.GetUtcNow());
        if (!await Ask(() => _store.Revoke(id, now), ct).ConfigureAwait(false))
        {
            return null;
        }

        await Refresh().ConfigureAwait(false);
        return _callers.GetValueOrDefault(id)?.Key;
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        try
        {
            NoteUse();
        }
        catch (DbException e)
        {
            LogTrouble(e.Message);
        }

        _ends.Dispose();
        _reading.Dispose();
    }

    /// <summary>Looks for keys now.</summary>
    public Task Refresh() => Ask(
        () =>
        {
            _reading.Wait();
            try
            {
                Read();
                return true;
            }
            finally
            {
                _reading.Release();
            }
        },
        CancellationToken.None);

    private async Task Follow()
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(_ends.Token).ConfigureAwait(false))
            {
                try
                {
                    await Refresh().ConfigureAwait(false);
                    if (_time.GetElapsedTime(_notedAt) >= NoteUseEvery)
                    {
                        NoteUse();
                    }

                    _inTrouble = false;
                }
                catch (Exception e) when (e is DbException or CustomersUnavailableException)
                {
                    if (!_inTrouble)
                    {
                        LogTrouble(e.Message);
                    }

                    _inTrouble = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    private void Read()
    {
        var mark = _store.Mark();
        if (_mark == mark && _time.GetElapsedTime(_readAt) < ReadAllEvery)
        {
            return;
        }

        var before = _callers;
        var callers = new Dictionary<string, Caller>(StringComparer.Ordinal);
        foreach (var key in _store.Keys())
        {
            // A caller stays the same, with the tokens that are left to it.
            if (before.TryGetValue(key.Id, out var caller))
            {
                caller.Learn(key);
            }

            callers[key.Id] = caller ?? new Caller(_workspace, key);
        }

        _callers = callers.ToFrozenDictionary(StringComparer.Ordinal);
        (_mark, _readAt) = (mark, _time.GetTimestamp());
    }

    private void NoteUse()
    {
        _notedAt = _time.GetTimestamp();
        foreach (var caller in _callers.Values)
        {
            if (caller.Key is { } key && caller.UsedAt.UnixMilliseconds > (key.UsedAt?.UnixMilliseconds ?? 0))
            {
                _store.NoteUse(key.Id, caller.UsedAt);
                caller.Learn(key with { UsedAt = caller.UsedAt });
            }
        }
    }

    private static async Task<T> Ask<T>(Func<T> question, CancellationToken ct)
    {
        try
        {
            return await Task.Run(question, ct).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw new CustomersUnavailableException(Unavailability.Storage, $"Keys can't be read or written: {e.Message}", TimeSpan.FromSeconds(1), e);
        }
    }

    [LoggerMessage(LogLevel.Error, "Keys can't be read anew; those from before count. {Reason}")]
    private partial void LogTrouble(string reason);
}
