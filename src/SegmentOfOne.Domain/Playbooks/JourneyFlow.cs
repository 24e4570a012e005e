using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>A journey: what lets a customer in, step by step what follows, what ends it.</summary>
/// <param name="Hash">Of everything that it says: two versions with one hash are the same flow.</param>
/// <param name="Key">The property of the triggering interaction that tells runs apart; null: nothing does, and one run is under way at a time.</param>
/// <param name="Concurrency">Runs that may be under way at a time.</param>
/// <param name="Start">The first step.</param>
/// <param name="Goal">Reached when it holds after a turn; null: none.</param>
/// <param name="Moves">Runs of earlier versions that go on here; null: they stay where they are.</param>
public sealed record JourneyFlow(
    string Id,
    string Description,
    string Hash,
    JourneyTrigger Trigger,
    string? Key,
    int Concurrency,
    ReentryRule Reentry,
    string Start,
    ImmutableArray<JourneyStep> Steps,
    Expression? Goal,
    ImmutableArray<ExitRule> Exits,
    MoveRule? Moves)
{
    public JourneyStep? Step(string name)
    {
        foreach (var step in Steps)
        {
            if (step.Name == name)
            {
                return step;
            }
        }

        return null;
    }
}

/// <summary>What lets a customer into a journey. Closed.</summary>
/// <param name="When">Must hold too; null: nothing must.</param>
public abstract record JourneyTrigger(Expression? When)
{
    /// <summary>An interaction of one of these types happened, no longer ago than <paramref name="Within"/> when it was told.</summary>
    public sealed record OfInteraction(ImmutableArray<string> Types, TimeSpan Within, Expression? When) : JourneyTrigger(When);

    /// <summary>The customer entered a segment, or left it.</summary>
    public sealed record OfSegment(string Segment, bool Entered, Expression? When) : JourneyTrigger(When);

    /// <summary>The relationship came to a stage.</summary>
    public sealed record OfStage(Stage Stage, Expression? When) : JourneyTrigger(When);

    /// <summary>A date came: one for everybody, or that which a trait names.</summary>
    /// <param name="On">The time; null where a trait names a day.</param>
    /// <param name="Trait">A trait whose text is a day such as 2027-03-01; null where it is a time for everybody.</param>
    /// <param name="Minute">After midnight of that day, UTC.</param>
    /// <param name="Ahead">How long before.</param>
    /// <param name="Yearly">Every year.</param>
    public sealed record OfDate(Instant? On, string? Trait, int Minute, TimeSpan Ahead, bool Yearly, Expression? When) : JourneyTrigger(When);
}

/// <summary>When a journey may be entered again.</summary>
/// <param name="Never">Once in a lifetime.</param>
/// <param name="After">So long after it was entered last, at the earliest.</param>
public sealed record ReentryRule(bool Never, TimeSpan After);

/// <summary>A run ends when <paramref name="When"/> holds after a turn.</summary>
public sealed record ExitRule(string Name, Expression When);

/// <summary>Runs of earlier playbooks that go on in this one.</summary>
/// <param name="From">Their versions; empty: all of them.</param>
/// <param name="Steps">Where they go on, by the step they are at; one that isn't named goes on at the step of the same name.</param>
public sealed record MoveRule(ImmutableArray<int> From, ImmutableDictionary<string, string> Steps);

/// <summary>One step of a journey. Closed.</summary>
public abstract record JourneyStep(string Name)
{
    /// <summary>Whether a run stays here until a time or an interaction comes.</summary>
    public bool TakesTime => this is Wait or WaitUntil or WaitFor;

    /// <summary>Goes on after a time.</summary>
    public sealed record Wait(string Name, TimeSpan For, string Next) : JourneyStep(Name);

    /// <summary>Goes on at the next time of day by the customer's clock.</summary>
    /// <param name="Minute">After midnight.</param>
    public sealed record WaitUntil(string Name, int Minute, string Next) : JourneyStep(Name);

    /// <summary>Goes on at <paramref name="Next"/> when one of these interactions happens, else after a time at <paramref name="Otherwise"/>.</summary>
    public sealed record WaitFor(string Name, ImmutableArray<string> Types, Expression? When, TimeSpan Within, string Next, string Otherwise) : JourneyStep(Name);

    /// <summary>Goes on at the first whose condition holds.</summary>
    public sealed record Branch(string Name, ImmutableArray<(Expression When, string Next)> Cases, string Otherwise) : JourneyStep(Name);

    /// <summary>Goes on by chance, a stable hash of customer, journey, step and run. The parts add up to 100.</summary>
    public sealed record Split(string Name, ImmutableArray<(double Percent, string Next)> Ways) : JourneyStep(Name);

    /// <summary>Decides at a placement and, where something was chosen and a receiver is named, sends it there.</summary>
    /// <param name="Action">The one action that can be chosen; null: every candidate of the placement.</param>
    /// <param name="Channel">On which it is asked.</param>
    /// <param name="Otherwise">Where it goes on when nothing was chosen.</param>
    public sealed record Decide(string Name, string Placement, string Channel, string? Action, string? Receiver, string Next, string Otherwise) : JourneyStep(Name);

    /// <summary>Says what a trait is. <paramref name="Value"/> is a number, a text or a truth to be shown.</summary>
    public sealed record Set(string Name, string Trait, Expression? Expression, PropertyValue Value, string Next) : JourneyStep(Name);

    /// <summary>Opens a case: leaves a message for a receiver.</summary>
    public sealed record OpenCase(string Name, string Receiver, string Reason, string Next) : JourneyStep(Name)
    {
        internal Properties Fields { get; } = Properties.Of(("reason", Reason));
    }

    /// <summary>The end of the run.</summary>
    public sealed record Exit(string Name, Journeys.JourneyEnd End) : JourneyStep(Name);
}
