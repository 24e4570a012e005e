using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Playbooks;

/// <summary>
/// Playbooks in the store; those in use, compiled, in memory. Whoever publishes waits for those who published before; where other
/// processes publish too, whoever stores a version first has it, and the others learn of it (<see cref="Refresh"/>).
/// </summary>
internal sealed class PlaybookShelf : IPlaybooks, IDisposable
{
    private const int MaxCompiled = 64;

    private readonly ICustomerStore _store;
    private readonly ReaderPool _readers;
    private readonly TimeProvider _time;
    private readonly Action<Playbook> _prepare;
    private readonly SemaphoreSlim _publishing = new(1, 1);
    private readonly Dictionary<int, PublishedPlaybook> _compiled = [];
    private volatile PublishedPlaybook _inForce;
    private volatile PlaybookSet _set;

    /// <summary>Takes the latest from the store; publishes the one that the options give when it is another document, and the default
    /// where there is none at all.</summary>
    /// <exception cref="InvalidPlaybookException">The one given has mistakes.</exception>
    public PlaybookShelf(ICustomerStore store, ReaderPool readers, EngineOptions options)
    {
        (_store, _readers, _time, _prepare) = (store, readers, options.Time, options.Prepare);
        Trail = new AuditTrail(readers, options.Time);
        Drafts = new PlaybookDrafts(this, store, readers, Trail, options.TwoPersons);
        Adopt();
        PublishedPlaybook? first = null;
        while (first is null)
        {
            var latest = Latest().GetAwaiter().GetResult();
            var wanted = options.Playbook ?? (latest is null ? Playbook.DefaultSource : latest.Document);
            first = latest is not null && wanted.Span.SequenceEqual(latest.Document)
                ? Compile(latest)
                : TryStore(Parse(wanted, (latest?.Version ?? 0) + 1), new Publication("", AuditStep.Published, 0, null));
        }

        _inForce = Keep(first);
        _set = SetOf(first, null);
    }

    public PublishedPlaybook InForce => _inForce;

    /// <summary>What a turn goes by: the one in force, those in memory, where percentiles lie.</summary>
    public PlaybookSet Set => _set;

    internal AuditTrail Trail { get; }

    public IPlaybookDrafts Drafts { get; }

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

    /// <summary>Brings a playbook that a customer's journey is pinned to into memory.</summary>
    public async ValueTask Load(int version, CancellationToken ct)
    {
        if (await Get(version, ct) is null)
        {
            throw new InvalidDataException($"A journey is pinned to playbook {version}, which isn't in the store.");
        }
    }

    /// <summary>Where percentiles lie from now on.</summary>
    public void Rank(ScoreRanks? ranks)
    {
        lock (_compiled)
        {
            _set = SetOf(_inForce, ranks);
        }
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

    public ValueTask<PublishOutcome> Publish(ReadOnlyMemory<byte> utf8Json, int? ifVersion, string person, CancellationToken ct) =>
        Publish(utf8Json, new Publication(person, AuditStep.Published, 0, null), ifVersion, ct);

    public async ValueTask<PublishOutcome> Rollback(int? toVersion, int? ifVersion, string person, CancellationToken ct)
    {
        var version = toVersion ?? _inForce.Version - 1;
        return await Get(version, ct) is { } earlier
            ? await Publish(earlier.Playbook.Source, new Publication(person, AuditStep.RolledBack, 0, version), ifVersion, ct)
            : new PublishOutcome.NoSuchVersion(version);
    }

    /// <summary>Puts in force what another process has published.</summary>
    public async Task Refresh(CancellationToken ct)
    {
        await _publishing.WaitAsync(ct);
        try
        {
            await Follow().WaitAsync(ct);
        }
        finally
        {
            _publishing.Release();
        }
    }

    public void Dispose() => _publishing.Dispose();

    internal async ValueTask<PublishOutcome> Publish(ReadOnlyMemory<byte> document, Publication publication, int? ifVersion, CancellationToken ct)
    {
        await _publishing.WaitAsync(ct);
        try
        {
            while (true)
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
                if (await Task.Run(() => TryStore(playbook, publication), CancellationToken.None) is { } published)
                {
                    PutInForce(published);
                    return new PublishOutcome.Published(published);
                }

                await Follow();
            }
        }
        finally
        {
            _publishing.Release();
        }
    }

    private async Task Follow()
    {
        var seen = _inForce.Version;
        if (await _readers.Run(reader => reader.LatestPlaybook()) > seen && await Latest() is { } latest)
        {
            PutInForce(Compile(latest));
        }
    }

    private Task<StoredPlaybook?> Latest() => _readers.Run(reader => reader.Playbook(reader.LatestPlaybook()));

    /// <summary>Null: another process has stored this version.</summary>
    private PublishedPlaybook? TryStore(Playbook playbook, Publication publication)
    {
        var at = Instant.From(_time.GetUtcNow());
        _prepare(playbook);
        return Trail.Append(publication.FactsOf(playbook.Version, playbook.Hash), entry => _store.TryAddPlaybook(playbook, at, publication.RolledBackTo, entry)) is not null
            ? new PublishedPlaybook(playbook, at, publication.RolledBackTo)
            : null;
    }

    /// <summary>Notes what came into force before there was a trail.</summary>
    private void Adopt()
    {
        if (_readers.Run(reader => reader.LastAudit()).GetAwaiter().GetResult() is not null)
        {
            return;
        }

        var number = 0;
        foreach (var known in _readers.Run(reader => reader.PlaybookVersions()).GetAwaiter().GetResult().OrderBy(version => version.Version))
        {
            var expected = ++number;
            var stored = _readers.Run(reader => reader.Playbook(known.Version)).GetAwaiter().GetResult()!;
            var facts = new AuditFacts("", AuditStep.Adopted, 0, known.Version, AuditTrail.HashOf(stored.Document), "in force before there was a trail");
            if (Trail.Append(facts, entry => entry.Number == expected && _store.TryAppend(entry, null)) is null)
            {
                // Another process is at it.
                return;
            }
        }
    }

    private void PutInForce(PublishedPlaybook published)
    {
        Keep(published);
        lock (_compiled)
        {
            _inForce = published;
            _set = SetOf(published, _set.Ranks);
        }
    }

    private PlaybookSet SetOf(PublishedPlaybook inForce, ScoreRanks? ranks) => new(inForce.Playbook, AtHand, ranks) { Since = inForce.PublishedAt };

    private Playbook? AtHand(int version)
    {
        lock (_compiled)
        {
            return _compiled.TryGetValue(version, out var known) ? known.Playbook : null;
        }
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

    private static Playbook Parse(ReadOnlyMemory<byte> document, int version)
    {
        var parse = Playbook.Parse(document.Span, version);
        return parse.Playbook ?? throw new InvalidPlaybookException(parse.Errors);
    }

    private PublishedPlaybook Compile(StoredPlaybook stored)
    {
        var playbook = Playbook.Parse(stored.Document, stored.Version).Playbook
            ?? throw new InvalidDataException($"Playbook {stored.Version} in the store can't be compiled any more.");
        _prepare(playbook);
        return new PublishedPlaybook(playbook, stored.PublishedAt, stored.RolledBackTo);
    }
}
