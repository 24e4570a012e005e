namespace SegmentOfOne.Domain.Journeys;

/// <summary>One going of a customer through a journey.</summary>
/// <param name="Number">Among the runs of all journeys of this customer, from 1.</param>
/// <param name="Playbook">The version of the playbook whose journey it follows.</param>
/// <param name="Key">Tells runs of one journey apart; may be empty.</param>
/// <param name="Due">When the step ends by itself; null: it doesn't wait for a time.</param>
public readonly record struct JourneyRun(
    string Journey, long Number, int Playbook, string Key, string Step, Instant EnteredAt, Instant SteppedAt, Instant? Due);
