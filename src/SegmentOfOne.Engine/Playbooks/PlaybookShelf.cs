using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Playbooks;

/// <summary>Playbooks in the store; those in use, compiled, in memory. Whoever publishes waits for those who published before.</summary>
internal sealed class PlaybookShelf : IPlaybooks, IDisposable
{
    private const int MaxCompiled = 64;

    private readonly CustomerStore _store;
    private readonly ReaderPool _readers;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _publishing = new(1, 1);
    private readonly Dictionary<int, PublishedPlaybook> _compiled = [];
    private volatile PublishedPlaybook _inForce;

    /// <summary>Takes the latest from the store; publishes <paramref name="given"/> when it is another document, and the default
    /// where there is none at all.</summary>
    /// <exception cref="InvalidPlaybookException"><paramref name="given"/> has mistakes.</exception>
    public PlaybookShelf(CustomerStore store, ReaderPool readers, TimeProvider time, ReadOnlyMemory<byte>? given)
    {
        (_store, _readers, _time) = (store, readers, time);
        var latest = store.LatestPlaybook();
        _inForce = latest is null
            ? First(given ?? Playbook.DefaultSource, 1)
            : given is { } other && !other.Span.SequenceEqual(latest.Document) ? First(other, latest.Version + 1) : Compile(latest);
        _compiled.Add(_inForce.Version, _inForce);
    }

    public PublishedPlaybook InForce => _inForce;

    public async ValueTask<PublishedPlaybook?> Get(int version, CancellationToken ct)
    {
        lock (_compiled)
        {
            if (_compiled.TryGetValue(version, out var known))
            {
                return known;
            }
        }

        var document = await _readers.Run(reader => reader.Playbook(version)).WaitAsync(ct);
        return document is null ? null : Keep(Compile(document));
    }

    /// <summary>The playbook that a stored turn was decided by.</summary>
    public async ValueTask<Playbook> Of(Turn turn, CancellationToken ct) =>
        (await Get(turn.PlaybookVersion, ct))?.Playbook
        ?? throw new InvalidDataException($"Turn {turn.Version} was decided by playbook {turn.PlaybookVersion}, which isn't in the store.");

    public async ValueTask<ImmutableArray<PlaybookVersion>> Versions(CancellationToken ct)
    {
        var inForce = _inForce.Version;
        var versions = await _readers.Run(reader => reader.PlaybookVersions()).WaitAsync(ct);
        return [.. versions.Select(version => version with { InForce = version.Version == inForce })];
    }

    public ValueTask<PublishOutcome> Publish(ReadOnlyMemory<byte> utf8Json, int? ifVersion, CancellationToken ct) =>
        Publish(utf8Json, null, ifVersion, ct);

    public async ValueTask<PublishOutcome> Rollback(int? toVersion, int? ifVersion, CancellationToken ct)
    {
        var version = toVersion ?? _inForce.Version - 1;
        return await Get(version, ct) is { } earlier
            ? await Publish(earlier.Playbook.Source, version, ifVersion, ct)
            : new PublishOutcome.NoSuchVersion(version);
    }

    public void Dispose() => _publishing.Dispose();

    private async ValueTask<PublishOutcome> Publish(ReadOnlyMemory<byte> document, int? rolledBackTo, int? ifVersion, CancellationToken ct)
    {
        await _publishing.WaitAsync(ct);
        try
        {
            if (ifVersion is { } seen && seen != _inForce.Version)
            {
                return new PublishOutcome.Conflict(_inForce.Version);
            }

            var parse = Playbook.Parse(document.Span, _inForce.Version + 1);
            if (parse.Playbook is not { } playbook)
            {
                return new PublishOutcome.Invalid(parse.Errors);
            }

            // Durable before in force: a turn never names a playbook that isn't stored.
            var published = await Task.Run(() => Store(playbook, rolledBackTo), CancellationToken.None);
            _inForce = Keep(published);
            return new PublishOutcome.Published(published);
        }
        finally
        {
            _publishing.Release();
        }
    }

    private PublishedPlaybook First(ReadOnlyMemory<byte> document, int version)
    {
        var parse = Playbook.Parse(document.Span, version);
        return Store(parse.Playbook ?? throw new InvalidPlaybookException(parse.Errors), null);
    }

    private PublishedPlaybook Store(Playbook playbook, int? rolledBackTo)
    {
        var at = Instant.From(_time.GetUtcNow());
        lock (_store.Writing)
        {
            try
            {
                _store.Writer.Begin();
                _store.Writer.AddPlaybook(playbook.Version, playbook.Name, playbook.Source.Span, at, rolledBackTo);
                _store.Writer.Commit();
            }
            catch (SqliteException e)
            {
                _store.Writer.Rollback();
                throw new CustomersUnavailableException(
                    Unavailability.Storage, $"The playbook could not be stored: {e.Message}", TimeSpan.FromSeconds(1), e);
            }
        }

        return new PublishedPlaybook(playbook, at);
    }

    private PublishedPlaybook Keep(PublishedPlaybook published)
    {
        lock (_compiled)
        {
            if (_compiled.Count >= MaxCompiled)
            {
                _compiled.Clear();
            }

            _compiled[published.Version] = published;
            return published;
        }
    }

    private static PublishedPlaybook Compile(StoredPlaybook stored) =>
        Playbook.Parse(stored.Document, stored.Version).Playbook is { } playbook
            ? new PublishedPlaybook(playbook, stored.PublishedAt)
            : throw new InvalidDataException($"Playbook {stored.Version} in the store can't be compiled any more.");
}
