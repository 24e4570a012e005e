namespace SegmentOfOne.Domain.Journeys;

/// <summary>The names of the rules that keep a customer out of a journey, and of those that end a run besides the playbook's own.</summary>
public static class JourneyBars
{
    /// <summary>A run with this key is under way.</summary>
    public const string Running = "running";

    /// <summary>As many runs are under way as may be.</summary>
    public const string Concurrency = "concurrency";

    /// <summary>It was entered before, and too lately or once and for all.</summary>
    public const string Reentry = "reentry";

    /// <summary>The customer is in <see cref="Limits.JourneyRuns"/> runs.</summary>
    public const string Bounds = "bounds";

    /// <summary>What ended a run: its goal.</summary>
    public const string Goal = "goal";

    /// <summary>A step that is an exit.</summary>
    public const string Exit = "exit";

    /// <summary>The playbook that it follows has no such journey, or its journey no such step.</summary>
    public const string Gone = "gone";

    /// <summary>It took <see cref="Limits.JourneySteps"/> steps in one turn.</summary>
    public const string Endless = "endless";
}
