namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary>Bounds of a scenario; what is beyond is a mistake that is told. The schema says the same.</summary>
public static class ScenarioLimits
{
    public const int Bytes = 1 << 20;
    public const int NameLength = 64;
    public const int DescriptionLength = 1_000;
    public const int Customers = 100_000_000;
    public const int Days = 3_650;
    public const int Connections = 1_000;
    public const int Phases = 100;
    public const int Thresholds = 100;
    public const int Steps = 1_000;
    public const int Attempts = 100;

    /// <summary>Calls a second.</summary>
    public const double Rate = 1_000_000;

    /// <summary>
    /// Calls that a process has outstanding at most. An open loop then waits with the next, and that waiting counts; a closed
    /// loop has no more callers.
    /// </summary>
    public const int InFlight = 20_000;

    /// <summary>Mistakes told of one document.</summary>
    public const int Mistakes = 100;

    public static readonly TimeSpan Phase = TimeSpan.FromDays(7);
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan ShortestTime = TimeSpan.FromMilliseconds(1);
}
