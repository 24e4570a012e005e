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
