namespace SegmentOfOne.Domain.Repeats;

/// <summary>What the customer's history says of an interaction id. The default: it wasn't asked.</summary>
public readonly record struct HistoryVerdict
{
    public static readonly HistoryVerdict Unknown;

    /// <summary>History was asked and doesn't have the id.</summary>
    public static readonly HistoryVerdict NotSeen = new(true, 0);

    private HistoryVerdict(bool asked, long version) => (Asked, Version) = (asked, version);

    public bool Asked { get; }

    /// <summary>The turn that answered the id; 0 when none did.</summary>
    public long Version { get; }

    /// <summary>History has the id: it was answered at <paramref name="version"/>.</summary>
    public static HistoryVerdict SeenAt(long version) => new(true, version);
}
