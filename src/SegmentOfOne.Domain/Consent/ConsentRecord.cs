namespace SegmentOfOne.Domain.Consent;

/// <summary>The latest statement about one thing: what, when, and where it comes from; without meaning where nothing was said.</summary>
/// <param name="Origin">Null: it isn't known.</param>
public readonly record struct ConsentRecord(ConsentStatus Status, Instant At, ConsentOrigin? Origin = null)
{
    /// <summary>Denied or withdrawn.</summary>
    public bool IsRefused => Status is ConsentStatus.Denied or ConsentStatus.Withdrawn;

    public bool IsGranted => Status == ConsentStatus.Granted;

    /// <summary>What counts when two customers prove to be one: a refusal before a grant, before a grant that has expired, before nothing; of two
    /// alike the later. Commutative, associative, and of a record with itself that record.</summary>
    public static ConsentRecord Stricter(in ConsentRecord a, in ConsentRecord b) => CompareStrictness(a, b) >= 0 ? a : b;

    /// <summary>Above 0: <paramref name="a"/> is stricter. 0: they are equal.</summary>
    internal static int CompareStrictness(in ConsentRecord a, in ConsentRecord b) =>
        Strictness(a.Status).CompareTo(Strictness(b.Status)) is var strictness and not 0 ? strictness
        : a.At.CompareTo(b.At) is var time and not 0 ? time
        : a.Status != b.Status ? (int)a.Status - (int)b.Status
        : ConsentOrigin.Compare(a.Origin, b.Origin);

    /// <summary>With a further statement: the later counts, of two at one time the stricter. So their order of arrival doesn't matter.
    /// What has expired is the grant that it was.</summary>
    internal ConsentRecord Told(in ConsentRecord said)
    {
        var status = Status == ConsentStatus.Expired ? ConsentStatus.Granted : Status;
        if (Status == ConsentStatus.Unknown || said.At > At || (said.At == At && said.Status > status))
        {
            return said;
        }

        return said.At == At && said.Status == status && ConsentOrigin.Compare(said.Origin, Origin) > 0 ? this with { Origin = said.Origin } : this;
    }

    /// <summary>A grant whose time is over; anything else stays.</summary>
    internal ConsentRecord Expire() => IsGranted ? this with { Status = ConsentStatus.Expired } : this;

    private static int Strictness(ConsentStatus status) => status switch
    {
        ConsentStatus.Unknown => 0,
        ConsentStatus.Expired => 1,
        ConsentStatus.Granted => 2,
        ConsentStatus.Denied or ConsentStatus.Withdrawn => 3,
        _ => throw new System.Diagnostics.UnreachableException($"consent {status}"),
    };
}
