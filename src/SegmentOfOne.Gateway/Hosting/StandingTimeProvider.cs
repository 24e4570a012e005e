using SegmentOfOne.Domain;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>A clock that stands where it was put until somebody moves it forward. How long something takes is still measured by the time that
/// really passes.</summary>
public sealed class StandingTimeProvider(Instant start) : TimeProvider
{
    private long _now = start.UnixMilliseconds;

    public Instant Now => new(Volatile.Read(ref _now));

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref _now));

    /// <summary>Moves it; false, and it stays: that would be backwards.</summary>
    public bool TryMove(Instant to)
    {
        for (var now = Volatile.Read(ref _now); now <= to.UnixMilliseconds;)
        {
            var seen = Interlocked.CompareExchange(ref _now, to.UnixMilliseconds, now);
            if (seen == now)
            {
                return true;
            }

            now = seen;
        }

        return false;
    }
}
