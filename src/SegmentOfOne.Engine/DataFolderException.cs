namespace SegmentOfOne.Engine;

/// <summary>What is wrong with a data folder at start.</summary>
public enum DataFolderProblem
{
    /// <summary>Another process holds it; the message says which.</summary>
    InUse,

    /// <summary>It can't be created or written.</summary>
    ReadOnly,

    /// <summary>The disk has no room.</summary>
    NoSpace,

    /// <summary>A database file is truncated, altered or no database.</summary>
    Damaged,

    /// <summary>Its files don't belong together, or one is missing.</summary>
    Incomplete,

    /// <summary>It was written by a newer program.</summary>
    Newer,
}

/// <summary>The data folder can't be opened. The message names the file and what to do.</summary>
public sealed class DataFolderException(DataFolderProblem problem, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public DataFolderProblem Problem { get; } = problem;
}
