using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>A customer for whom <paramref name="When"/> holds has reached <paramref name="To"/>. Its name is what transitions record.</summary>
public sealed record ForwardRule(string Name, Stage To, Expression When);

/// <summary>A customer at <paramref name="From"/> for whom <paramref name="When"/> holds falls back to <paramref name="To"/>.
/// While it holds, the guard of <paramref name="From"/> counts as not satisfied; otherwise the two would swing at every turn.</summary>
public sealed record BackRule(string Name, Stage From, Stage To, Expression When);

/// <summary>A customer at <paramref name="From"/> or later who is silent longer than
/// max(<paramref name="Floor"/>, <paramref name="Factor"/> × own median gap) has lapsed.</summary>
public sealed record LapseRule(string Name, Stage From, TimeSpan Floor, double Factor);

/// <summary>A state beside the stage: goes on when <paramref name="On"/> holds and <paramref name="Off"/> doesn't,
/// goes off when <paramref name="Off"/> holds.</summary>
public sealed record OverlayRule(string Name, Expression On, Expression Off)
{
    private readonly BooleanNode goesOn = new AllTruth([new NotTruth(Off.Condition), On.Condition]);

    /// <summary>What makes it go off, or on; null when time alone doesn't.</summary>
    internal BooleanNode? Turning(bool isOn) => (isOn ? Off.Condition : goesOn) is { Needs: not Needs.Nothing } timed ? timed : null;
}

/// <summary>The relationship's stages: forward guards from the highest stage to the lowest, so the first that holds wins.</summary>
public sealed record JourneyRules(
    ImmutableArray<ForwardRule> Forward,
    ImmutableArray<BackRule> Back,
    LapseRule Lapse,
    OverlayRule AtRisk,
    OverlayRule InRecovery)
{
    private readonly BooleanNode?[] moving = [.. Enum.GetValues<Stage>().Select(stage => MovesFrom(stage, Forward, Back))];

    /// <summary>What makes a customer at a stage go on or fall back; null when time alone doesn't.</summary>
    internal BooleanNode? Moving(Stage stage) => moving[(int)stage];

    /// <summary>From Lapsed only one who comes back goes on, which no time brings about.</summary>
    private static AnyTruth? MovesFrom(Stage stage, ImmutableArray<ForwardRule> forward, ImmutableArray<BackRule> back)
    {
        var moves = stage > Stage.Advocacy ? [] : forward
            .Where(rule => rule.To > stage)
            .Select(BooleanNode (rule) => new AllTruth([rule.When.Condition, .. WaysBack(rule.To).Select(way => new NotTruth(way))]))
            .Concat(WaysBack(stage))
            .ToArray();
        return new AnyTruth(moves) is { Needs: not Needs.Nothing } timed ? timed : null;

        IEnumerable<BooleanNode> WaysBack(Stage from) => back.Where(rule => rule.From == from).Select(rule => rule.When.Condition);
    }
}
