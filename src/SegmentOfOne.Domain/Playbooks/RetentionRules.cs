namespace SegmentOfOne.Domain.Playbooks;

/// <summary>How long what is known of customers is kept.</summary>
/// <param name="Turns">History older than this is forgotten, but for the state that it led to. Null: never.</param>
/// <param name="CustomersSilent">A customer who was silent for longer is erased. Null: never.</param>
public sealed record RetentionRules(TimeSpan? Turns, TimeSpan? CustomersSilent);
