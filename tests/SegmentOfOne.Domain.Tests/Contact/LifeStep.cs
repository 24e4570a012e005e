namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>One thing that happens to a customer.</summary>
/// <param name="Minutes">After what happened before.</param>
/// <param name="Kind">What, by a number that <see cref="ContactLife"/> reads.</param>
/// <param name="Pick">Which of those there are.</param>
/// <param name="Late">By how many minutes it is told late.</param>
/// <param name="Places">At which places a decision is wanted, a bit each.</param>
internal sealed record LifeStep(int Minutes, int Kind, int Pick, int Late, int Places);
