using System.Diagnostics;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;

namespace SegmentOfOne.Silo.Messages;

/// <summary>An <see cref="IdentityStep"/> on its way to another process: which one, and what it needs.</summary>
[GenerateSerializer]
[Immutable]
[Alias("segmentofone.identity_step")]
public readonly record struct IdentityStepMessage
{
    [Id(0)]
    public StepKind Kind { get; init; }

    /// <summary>The other customer.</summary>
    [Id(1)]
    public UInt128 Key { get; init; }

    [Id(2)]
    public long Version { get; init; }

    [Id(3)]
    public byte[] State { get; init; }

    /// <summary>Kind and value, one after the other, of each.</summary>
    [Id(4)]
    public string[] Names { get; init; }

    [Id(5)]
    public ulong[] Ids { get; init; }

    public static IdentityStepMessage Of(IdentityStep step) => step switch
    {
        IdentityStep.Give give => New(StepKind.Give, give.Into) with { Names = [give.IntoName.Kind, give.IntoName.Value, give.Name.Kind, give.Name.Value] },
        IdentityStep.Take take => New(StepKind.Take, take.Key) with { Version = take.Version, State = take.State.Span.ToArray(), Names = [take.Name.Kind, take.Name.Value] },
        IdentityStep.CallOff off => New(StepKind.CallOff, off.Into) with { Version = off.Given, State = off.State.Span.ToArray() },
        IdentityStep.GiveUp give => New(StepKind.GiveUp, give.Key) with { Version = give.At, State = give.Kept.Span.ToArray() },
        IdentityStep.Restore restore => New(StepKind.Restore, restore.From) with { Version = restore.Given, State = restore.State.Span.ToArray(), Ids = [.. restore.Ids] },
        IdentityStep.Settle settle => New(StepKind.Settle, settle.Key) with { Version = settle.Version },
        _ => throw new UnreachableException($"step {step.GetType().Name}"),
    };

    public IdentityStep Step()
    {
        var (key, state) = (new CustomerKey(Key), new StateBytes([.. State]));
        return Kind switch
        {
            StepKind.Give => new IdentityStep.Give(key, new Identifier(Names[0], Names[1]), new Identifier(Names[2], Names[3])),
            StepKind.Take => new IdentityStep.Take(key, Version, state, new Identifier(Names[0], Names[1])),
            StepKind.CallOff => new IdentityStep.CallOff(key, Version, state),
            StepKind.GiveUp => new IdentityStep.GiveUp(key, Version, state),
            StepKind.Restore => new IdentityStep.Restore(key, Version, state, [.. Ids]),
            StepKind.Settle => new IdentityStep.Settle(key, Version),
            _ => throw new UnreachableException($"step {Kind}"),
        };
    }

    private static IdentityStepMessage New(StepKind kind, CustomerKey key) => new() { Kind = kind, Key = key.Value, State = [], Names = [], Ids = [] };
}

/// <summary>Numbers are part of the protocol between silos.</summary>
public enum StepKind
{
    Give = 0,
    Take = 1,
    CallOff = 2,
    GiveUp = 3,
    Restore = 4,
    Settle = 5,
}
