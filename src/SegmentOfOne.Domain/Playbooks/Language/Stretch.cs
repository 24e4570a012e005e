namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>A stretch of time in which nothing happens to a customer, both ends included; it begins no earlier than the customer's own clock.
/// What a node can be over it is reasoned without looking at each moment.</summary>
internal readonly ref struct Stretch(CustomerState customer, EngagementRules rules, Instant from, Instant to)
{
    public CustomerState Customer { get; } = customer;

    public EngagementRules Rules { get; } = rules;

    public Instant From { get; } = from;

    public Instant To { get; } = to;

    /// <summary>The beginning, for what doesn't depend on time; so it has no scores, and no request is at hand.</summary>
    public readonly Scope Start = new(customer, default, null, from);

    public double Milliseconds => (double)To.UnixMilliseconds - From.UnixMilliseconds;
}
