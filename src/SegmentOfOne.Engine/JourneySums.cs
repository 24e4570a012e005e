using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Journeys;

namespace SegmentOfOne.Engine;

/// <summary>Sums over journeys, exact: of each, entered = inside + ended, and of each step likewise.</summary>
/// <param name="AsOf">Every turn acknowledged before is in the sums.</param>
public sealed record JourneysOverview(Instant AsOf, ImmutableArray<JourneySums> Journeys);

/// <summary>One journey, all its versions together.</summary>
/// <param name="Journey">Its id; empty for what is counted together because there are too many names.</param>
/// <param name="Inside">Runs under way.</param>
/// <param name="Flows">What goes on from which step to which: a Sankey's links. <see cref="StepFlow.From"/> is empty for the first step.</param>
/// <param name="Exits">Where runs ended, and by which rule.</param>
/// <param name="Barred">Triggers that let nobody in, by the rule that was in the way.</param>
public sealed record JourneySums(
    string Journey,
    long Entered,
    long Inside,
    ImmutableArray<JourneyEndSums> Ends,
    ImmutableArray<StepSums> Steps,
    ImmutableArray<StepFlow> Flows,
    ImmutableArray<JourneyExits> Exits,
    ImmutableArray<NamedCount> Barred);

/// <param name="Lasted">All these runs together, from entry to end.</param>
public sealed record JourneyEndSums(JourneyEnd End, long Count, TimeSpan Lasted);

/// <summary>Who is at a step now (<paramref name="Inside"/> = <paramref name="Entered"/> − <paramref name="Left"/>).</summary>
/// <param name="Dwelt">All who left it together.</param>
public sealed record StepSums(string Step, long Inside, long Entered, long Left, TimeSpan Dwelt);

/// <param name="IsMove">A run was moved on purpose to the journey of another playbook.</param>
public sealed record StepFlow(string From, string To, long Count, bool IsMove);

public sealed record JourneyExits(string Step, JourneyEnd End, string Rule, long Count);

/// <summary>Who is in a segment now (<paramref name="Inside"/> = <paramref name="Entered"/> − <paramref name="Left"/>).</summary>
public sealed record SegmentSums(string Segment, long Inside, long Entered, long Left);
