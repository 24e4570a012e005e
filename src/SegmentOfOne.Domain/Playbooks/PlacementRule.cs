using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>A place at which a caller may want a decision. No channels means every channel.
/// Candidates stand in ordinal order of their ids, so the first of equals wins by id.</summary>
public sealed record PlacementRule(string Name, ImmutableArray<string> Channels, ImmutableArray<ActionRule> Candidates)
{
    /// <summary>Whether a request on this channel may be answered here.</summary>
    public bool Serves(string channel) => Channels.IsEmpty || Channels.Contains(channel);
}
