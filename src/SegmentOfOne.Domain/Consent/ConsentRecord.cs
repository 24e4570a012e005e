namespace SegmentOfOne.Domain.Consent;

/// <summary>The latest statement about one thing, and when it was made; without meaning where nothing was said.</summary>
public readonly record struct ConsentRecord(ConsentStatus Status, Instant At)
{
    /// <summary>Denied or withdrawn.</summary>
    public bool IsRefused => Status is ConsentStatus.Denied or ConsentStatus.Withdrawn;

    public bool IsGranted => Status == ConsentStatus.Granted;

    /// <summary>With a further statement: the later counts, of two at one time the stricter. So their order of arrival doesn't matter.
    /// What has expired is the grant that it was.</summary>
    internal ConsentRecord Told(ConsentStatus status, Instant at) =>
        Status == ConsentStatus.Unknown || at > At || (at == At && status > (Status == ConsentStatus.Expired ? ConsentStatus.Granted : Status))
            ? new ConsentRecord(status, at)
            : this;

    /// <summary>A grant whose time is over; anything else stays.</summary>
    internal ConsentRecord Expire() => IsGranted ? this with { Status = ConsentStatus.Expired } : this;
}
