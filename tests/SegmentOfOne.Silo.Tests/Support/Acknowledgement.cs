namespace SegmentOfOne.Silo.Tests.Support;

/// <summary>One interaction, from the first try to the answer.</summary>
/// <param name="Began">A timestamp of <see cref="TimeProvider.System"/>.</param>
/// <param name="Tries">How often it was sent.</param>
internal sealed record Acknowledgement(int Caller, string Customer, string Id, ulong Version, long Began, long Ended, int Tries)
{
    public TimeSpan Took => TimeProvider.System.GetElapsedTime(Began, Ended);
}
