namespace SegmentOfOne.Domain.Journeys;

/// <summary>How a run of a journey ended. Numbers are part of the formats.</summary>
public enum JourneyEnd : byte
{
    /// <summary>The goal was reached.</summary>
    Converted = 0,

    /// <summary>It came to its end without the goal.</summary>
    Completed = 1,

    /// <summary>An exit criterion held.</summary>
    Exited = 2,

    /// <summary>Its flow could not go on: the playbook that it is pinned to, or what the step names, is gone.</summary>
    Broken = 3,
}
