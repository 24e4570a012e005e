namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary>One mistake in a scenario.</summary>
/// <param name="Path">Where, as a JSON path: <c>$.phases[0].rate</c>. <c>$</c> is the document.</param>
/// <param name="Message">One sentence for whoever wrote it.</param>
public sealed record ScenarioMistake(string Path, string Message)
{
    public override string ToString() => $"{Path}: {Message}";
}
