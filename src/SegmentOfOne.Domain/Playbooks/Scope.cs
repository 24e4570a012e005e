using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What an expression is evaluated against: a customer, its scores valued at <see cref="At"/>, and the request at hand.</summary>
/// <param name="request">Null where no request is at hand: then type, channel and every property are missing.</param>
public readonly ref struct Scope(CustomerState customer, scoped in Scores scores, TurnRequest? request, Instant at)
{
    public CustomerState Customer { get; } = customer;

    public Scores Scores { get; } = scores;

    public TurnRequest? Request { get; } = request;

    public Instant At { get; } = at;
}
