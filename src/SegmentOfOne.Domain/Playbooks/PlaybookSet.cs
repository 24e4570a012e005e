using System.Diagnostics.CodeAnalysis;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What a turn goes by besides the customer: the playbook in force, those before it that journeys are still pinned to, and where
/// percentiles lie. Immutable, swapped whole.</summary>
/// <param name="earlier">A playbook by its version; null: it isn't at hand.</param>
/// <param name="ranks">Null: not known yet; then nobody enters or leaves a percentile segment.</param>
public sealed class PlaybookSet(Playbook inForce, Func<int, Playbook?> earlier, ScoreRanks? ranks)
{
    public Playbook InForce { get; } = inForce;

    public ScoreRanks? Ranks { get; } = ranks;

    /// <summary>When the playbook came into force: dates that were long over by then let nobody into a journey.</summary>
    public Instant Since { get; init; } = Instant.Min;

    /// <summary>A playbook and none before it.</summary>
    public static PlaybookSet Of(Playbook playbook) => new(playbook, _ => null, null);

    public bool TryGet(int version, [NotNullWhen(true)] out Playbook? playbook)
    {
        playbook = version == InForce.Version ? InForce : earlier(version);
        return playbook is not null;
    }
}
