using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Journey;

/// <summary>The slice of a customer that holds its transactions.</summary>
public sealed class EpisodesState
{
    private readonly List<Episode> recent = [];

    /// <summary>Episodes ever opened. One that left the recent ones and moves again counts again.</summary>
    public long Opened { get; internal set; }

    /// <summary>The latest episodes, in the order in which they became known.</summary>
    public ReadOnlySpan<Episode> Recent => CollectionsMarshal.AsSpan(recent);

    internal void Move(EpisodeMoved move)
    {
        foreach (ref var episode in CollectionsMarshal.AsSpan(recent))
        {
            if (episode.Key == move.Key)
            {
                episode = episode.Move(move.Phase, move.At);
                return;
            }
        }

        if (recent.Count == Limits.Episodes)
        {
            recent.RemoveAt(LeastMissed());
        }

        Opened++;
        recent.Add(new Episode(move.Key, move.Phase, move.At, move.At));
    }

    /// <summary>Adds the episodes of another customer; of one that both know, the later phase counts.</summary>
    internal void Absorb(EpisodesState other)
    {
        var opened = Opened + other.Opened;
        foreach (var episode in other.recent)
        {
            var place = recent.FindIndex(known => known.Key == episode.Key);
            if (place >= 0)
            {
                recent[place] = recent[place].Move(episode.Phase, episode.ChangedAt) with { OpenedAt = Instant.Earlier(recent[place].OpenedAt, episode.OpenedAt) };
                opened--;
                continue;
            }

            if (recent.Count == Limits.Episodes)
            {
                recent.RemoveAt(LeastMissed());
            }

            recent.Add(episode);
        }

        Opened = opened;
    }

    internal void Add(Episode episode) => recent.Add(episode);

    internal void Clear()
    {
        Opened = 0;
        recent.Clear();
    }

    private int LeastMissed()
    {
        var least = 0;
        for (var i = 1; i < recent.Count; i++)
        {
            var (a, b) = (recent[i], recent[least]);
            if (a.Ended != b.Ended ? a.Ended : a.ChangedAt < b.ChangedAt)
            {
                least = i;
            }
        }

        return least;
    }
}
