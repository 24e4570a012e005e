using System.Diagnostics;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Silo.Messages;

/// <summary>What became of a turn: exactly one of a reply, a refusal, and trouble.</summary>
[GenerateSerializer]
[Immutable]
[Alias("segmentofone.turn_result")]
public readonly struct TurnResult
{
    [Id(0)]
    public TurnReply? Reply { get; init; }

    /// <summary>The reply was given before.</summary>
    [Id(1)]
    public bool Duplicate { get; init; }

    [Id(2)]
    public Refusal? Refusal { get; init; }

    [Id(3)]
    public Trouble? Trouble { get; init; }

    public static TurnResult Of(TurnAnswer answer) => answer switch
    {
        TurnAnswer.Answered answered => new TurnResult { Reply = answered.Reply, Duplicate = answered.Duplicate },
        TurnAnswer.Refused refused => new TurnResult { Refusal = refused.Refusal },
        _ => throw new UnreachableException($"{answer.GetType().Name} is no answer of a turn."),
    };

    /// <exception cref="CustomersUnavailableException">There was trouble.</exception>
    /// <exception cref="CustomerDamagedException">There was trouble of this one customer.</exception>
    public TurnAnswer Answer() => this switch
    {
        { Reply: { } reply } => new TurnAnswer.Answered(reply, Duplicate),
        { Refusal: { } refusal } => new TurnAnswer.Refused(refusal),
        { Trouble: { } trouble } => throw trouble.Exception(),
        _ => throw new UnreachableException("a turn without an outcome"),
    };
}
