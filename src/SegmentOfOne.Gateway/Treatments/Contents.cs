using System.Collections.Concurrent;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Gateway.Treatments;

/// <summary>The content of every playbook in use, compiled once a version, before that version is in force: no turn waits for it.</summary>
public sealed class Contents
{
    /// <summary>Versions held; beyond, all are let go, and those in use are compiled again.</summary>
    private const int MaxVersions = 64;

    private readonly ContentTemplate.Compiler _compiler = new();
    private readonly ConcurrentDictionary<int, PlaybookContent> _versions = new();

    /// <summary>Compiles a playbook that may come into force (<see cref="EngineOptions.Prepare"/>).</summary>
    public void Prepare(Playbook playbook) => Keep(playbook);

    /// <summary>What the playbook of a version says. One that was let go is compiled again.</summary>
    public ValueTask<PlaybookContent> Of(int version, IPlaybooks playbooks, CancellationToken ct) =>
        _versions.TryGetValue(version, out var content) ? new(content) : Load(version, playbooks, ct);

    private async ValueTask<PlaybookContent> Load(int version, IPlaybooks playbooks, CancellationToken ct) =>
        await playbooks.Get(version, ct).ConfigureAwait(false) is { } published
            ? Keep(published.Playbook)
            : throw new InvalidDataException($"Playbook {version}, which decided, isn't in the store.");

    private PlaybookContent Keep(Playbook playbook)
    {
        if (_versions.Count >= MaxVersions)
        {
            _versions.Clear();
        }

        // A document that lost the race for its number must not stay under it.
        return _versions[playbook.Version] = new PlaybookContent(playbook, rule => new ContentTemplate(rule, _compiler));
    }
}
