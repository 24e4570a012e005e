namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>How calls come in.</summary>
public enum ArrivalPattern
{
    /// <summary>At random, independently of each other: what many customers do.</summary>
    Poisson,

    /// <summary>At even gaps.</summary>
    Constant,
}

/// <summary>When each call is meant to be sent, whatever became of those before.</summary>
public static class Arrivals
{
    /// <summary>Times from the start, ascending and without end.</summary>
    public static IEnumerable<TimeSpan> At(double callsPerSecond, ArrivalPattern pattern, ulong seed)
    {
        var dice = Dice.For(seed, "arrivals", 0);
        double gap = 1 / callsPerSecond;
        for (double seconds = 0; ; seconds += pattern == ArrivalPattern.Poisson ? dice.Exponential(gap) : gap)
        {
            yield return TimeSpan.FromSeconds(seconds);
        }
    }
}
