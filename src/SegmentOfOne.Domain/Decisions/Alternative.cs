using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>What a turn would have been under another playbook.</summary>
/// <param name="Decisions">One for each decision of the turn that was, in its order; null where the other playbook has no such placement
/// for the request's channel.</param>
public sealed record Alternative(Turn Turn, ImmutableArray<Decision?> Decisions)
{
    internal static Alternative Of(TurnOutcome.Done done, ImmutableArray<string> asked, ImmutableArray<string> answered)
    {
        var decisions = ImmutableArray.CreateBuilder<Decision?>(asked.Length);
        var next = 0;
        foreach (var placement in asked)
        {
            decisions.Add(next < answered.Length && answered[next] == placement ? done.Reply.Decisions[next++] : null);
        }

        return new Alternative(done.Turn, decisions.MoveToImmutable());
    }
}
