using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>Time that moves only when a test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private DateTimeOffset _now = new(2030, 6, 3, 9, 0, 0, TimeSpan.Zero);

    public Instant Now => Instant.From(_now);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public void Advance(TimeSpan by) => _now += by;
}
