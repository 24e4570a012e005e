namespace SegmentOfOne.Engine.Journals;

/// <summary>How an append went.</summary>
internal enum AppendResult
{
    /// <summary>In the queue; durable when the commit completes.</summary>
    Appended,

    /// <summary>The queue is at its bound.</summary>
    Overloaded,

    /// <summary>The storage failed and can't say yet what it kept, or the journal is stopping.</summary>
    Closed,
}
