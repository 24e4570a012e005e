namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What an expression yields.</summary>
public enum ExpressionType
{
    Number,
    Duration,
    Text,
    Boolean,

    /// <summary>A stage of the journey; compared with a stage's name in quotes.</summary>
    Stage,
}
