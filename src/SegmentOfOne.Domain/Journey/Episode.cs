namespace SegmentOfOne.Domain.Journey;

/// <summary>One transaction beside the one relationship. <paramref name="Phase"/> is that of its latest move by time;
/// of moves at one time the later phase counts.</summary>
public readonly record struct Episode(string Key, EpisodePhase Phase, Instant OpenedAt, Instant ChangedAt)
{
    /// <summary>Used, returned or cancelled.</summary>
    public bool Ended => Phase >= EpisodePhase.Used;

    internal Episode Move(EpisodePhase phase, Instant at) => new(
        Key,
        at > ChangedAt || (at == ChangedAt && phase > Phase) ? phase : Phase,
        Instant.Earlier(OpenedAt, at),
        Instant.Later(ChangedAt, at));
}
