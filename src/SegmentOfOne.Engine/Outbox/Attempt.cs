namespace SegmentOfOne.Engine.Outbox;

/// <summary>What came of an attempt to deliver a message; closed.</summary>
internal abstract record Attempt
{
    private Attempt()
    {
    }

    /// <summary>The receiver has taken it.</summary>
    public sealed record Taken : Attempt;

    /// <summary>It was not taken, or nobody knows.</summary>
    /// <param name="Failure">Why, in a word or a status: nothing of what the receiver said, and no address.</param>
    /// <param name="RetryAfter">When the receiver wants to be asked again; null: it didn't say.</param>
    public sealed record Failed(string Failure, TimeSpan? RetryAfter = null) : Attempt;

    /// <summary>The receiver will never take it.</summary>
    public sealed record Refused(string Failure) : Attempt;

    /// <summary>It was not made: the customer doesn't want what the message carries.</summary>
    /// <param name="Rule">The rule of consent or contact.</param>
    public sealed record Withdrawn(string Rule) : Attempt;

    /// <summary>It was not made: nobody could say whether the customer wants it.</summary>
    public sealed record Unasked(string Failure) : Attempt;

    /// <summary>This process ended it.</summary>
    public sealed record Abandoned : Attempt;
}
