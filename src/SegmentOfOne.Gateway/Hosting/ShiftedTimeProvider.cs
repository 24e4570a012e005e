using SegmentOfOne.Domain;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>The system's clock, moved: it read <paramref name="start"/> when this was made and goes on from there at its usual pace.</summary>
public sealed class ShiftedTimeProvider(Instant start) : TimeProvider
{
    private readonly TimeSpan _shift = start - Instant.From(System.GetUtcNow());

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;
}
