namespace SegmentOfOne.LoadTest.Running;

/// <summary>What came of one phase.</summary>
/// <param name="WarmUp">Whether the whole leaves it out.</param>
/// <param name="BeganSeconds">From the beginning of the run.</param>
/// <param name="EndedSeconds">When its last call had ended.</param>
public sealed record PhaseResult(string Name, bool WarmUp, double BeganSeconds, double EndedSeconds, PhaseFigures Figures)
{
    /// <summary>How long it took, its last calls included.</summary>
    public double Seconds => EndedSeconds - BeganSeconds;

    /// <summary>The same phase of several processes; the figures of this one are added to.</summary>
    public PhaseResult Add(PhaseResult other)
    {
        Figures.AddBeside(other.Figures);
        return this with { BeganSeconds = Math.Min(BeganSeconds, other.BeganSeconds), EndedSeconds = Math.Max(EndedSeconds, other.EndedSeconds) };
    }
}
