using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Store;

/// <summary>The columns of a customer's row that say the same as its snapshot, for queries.</summary>
internal static class CustomerColumns
{
    /// <summary>The rank of an accumulator that is 0: below every other.</summary>
    private const double NoRank = -1e308;

    /// <summary>Whole numbers; times in milliseconds since 1970. <c>measures</c> is the number of the row with the half-lives.</summary>
    public static readonly string[] Integers =
    [
        "version", "stage", "last_seen", "measures", "involvement_at", "interaction_at", "influence_at", "liked_at", "disliked_at",
    ];

    public static readonly string[] Numbers =
    [
        "value", "involvement", "involvement_rank", "interaction", "interaction_rank", "influence", "influence_rank", "liked", "disliked",
    ];

    /// <summary>Writes the values of <see cref="Integers"/> and <see cref="Numbers"/>.</summary>
    public static void Write(in SnapshotColumns columns, long measures, Span<long> integers, Span<double> numbers)
    {
        integers[0] = columns.Version;
        integers[1] = (long)columns.Stage;
        integers[2] = columns.LastSeen.UnixMilliseconds;
        integers[3] = measures;
        integers[4] = columns.Involvement.Last.UnixMilliseconds;
        integers[5] = columns.Interaction.Last.UnixMilliseconds;
        integers[6] = columns.Influence.Last.UnixMilliseconds;
        integers[7] = columns.Liked.Last.UnixMilliseconds;
        integers[8] = columns.Disliked.Last.UnixMilliseconds;
        numbers[0] = (double)(columns.Revenue + columns.Returned);
        numbers[1] = columns.Involvement.Amount;
        numbers[2] = columns.InvolvementRank ?? NoRank;
        numbers[3] = columns.Interaction.Amount;
        numbers[4] = columns.InteractionRank ?? NoRank;
        numbers[5] = columns.Influence.Amount;
        numbers[6] = columns.InfluenceRank ?? NoRank;
        numbers[7] = columns.Liked.Amount;
        numbers[8] = columns.Disliked.Amount;
    }
}
