using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>A place at which a caller may want a decision. No channels means every channel.
/// Candidates stand in ordinal order of their ids, so the first of equals wins by id.</summary>
public sealed record PlacementRule(string Name, ImmutableArray<string> Channels, ImmutableArray<ActionRule> Candidates)
{
    /// <summary>How long an outbound touch is reserved where the playbook doesn't say.</summary>
    public static readonly TimeSpan UsualReserve = TimeSpan.FromHours(24);

    /// <summary>Outbound, we go to the customer; inbound, the customer is here.</summary>
    public Direction Direction { get; init; }

    /// <summary>How long a touch waits for the channel's report; null: it is delivered with the answer, which only inbound can be.</summary>
    public TimeSpan? Reserve { get; init; }

    /// <summary>Whether a request on this channel may be answered here.</summary>
    public bool Serves(string channel) => ChannelOf(channel) is not null;

    /// <summary>Whether an action stands here.</summary>
    public bool Has(string action)
    {
        foreach (var candidate in Candidates)
        {
            if (candidate.Id == action)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The channel on which the touch goes when the request comes on this one. A message that has one way to go takes it, wherever
    /// the request comes from; else it is the request's own. Null: not here.</summary>
    public string? ChannelOf(string requested) =>
        Direction == Direction.Outbound && Channels.Length == 1 ? Channels[0]
        : Channels.IsEmpty || Channels.Contains(requested) ? requested
        : null;
}
