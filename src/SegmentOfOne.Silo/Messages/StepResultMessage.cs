using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Identities;

namespace SegmentOfOne.Silo.Messages;

/// <summary>What became of a step of identity: an answer, or trouble.</summary>
[GenerateSerializer]
[Immutable]
[Alias("segmentofone.step_result")]
public readonly struct StepResultMessage
{
    /// <summary>A <see cref="StepResult"/>.</summary>
    [Id(0)]
    public int Result { get; init; }

    [Id(1)]
    public UInt128 Into { get; init; }

    [Id(2)]
    public Trouble? Trouble { get; init; }

    public static StepResultMessage Of(StepAnswer answer) => new() { Result = (int)answer.Result, Into = answer.Into.Value };

    /// <exception cref="CustomersUnavailableException">There was trouble.</exception>
    /// <exception cref="CustomerDamagedException">There was trouble of this one customer.</exception>
    public StepAnswer Answer() => Trouble is { } trouble ? throw trouble.Exception() : new StepAnswer((StepResult)Result, new CustomerKey(Into));
}
