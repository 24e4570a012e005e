using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Verify;

/// <summary>How customers moved between stages, over many stories.</summary>
public sealed class StageFlows
{
    private readonly SortedDictionary<Stage, (long Inflow, long Outflow, long Occupancy)> _stages = [];

    /// <summary>By stage: moves into it, moves out of it, and who is there now.</summary>
    public IReadOnlyDictionary<Stage, (long Inflow, long Outflow, long Occupancy)> Stages => _stages;

    /// <summary>Whether in every stage inflow − outflow = occupancy.</summary>
    public bool Balance => _stages.Values.All(stage => stage.Inflow - stage.Outflow == stage.Occupancy);

    /// <summary>Adds one customer; it flowed into Unknown when it was met.</summary>
    /// <param name="now">The stage that the service says the customer is in.</param>
    public void Add(Story story, Stage now)
    {
        Change(Stage.Unknown, inflow: 1);
        foreach (var ((from, to), count) in story.Moves)
        {
            Change(from, outflow: count);
            Change(to, inflow: count);
        }
        Change(now, occupancy: 1);
    }

    private void Change(Stage stage, long inflow = 0, long outflow = 0, long occupancy = 0)
    {
        var sums = _stages.GetValueOrDefault(stage);
        _stages[stage] = (sums.Inflow + inflow, sums.Outflow + outflow, sums.Occupancy + occupancy);
    }
}
