using System.Collections.Immutable;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine;

/// <summary>What this process refused, and what it did unasked, since its start.</summary>
internal sealed class Figures(Instant startedAt)
{
    private readonly long[] _refused = new long[Enum.GetValues<RefusalCode>().Length];
    private long _overloaded;
    private long _unavailable;
    private long _clockTurns;

    public Instant StartedAt { get; } = startedAt;

    public long Overloaded => Volatile.Read(ref _overloaded);

    public long Unavailable => Volatile.Read(ref _unavailable);

    /// <summary>Turns that nobody asked for.</summary>
    public long ClockTurns => Volatile.Read(ref _clockTurns);

    /// <summary>Refusals by reason, those that happened.</summary>
    public ImmutableArray<NamedCount> Refused
    {
        get
        {
            var counts = ImmutableArray.CreateBuilder<NamedCount>();
            for (var code = 0; code < _refused.Length; code++)
            {
                if (Volatile.Read(ref _refused[code]) is var count and > 0)
                {
                    counts.Add(new NamedCount(((RefusalCode)code).Name(), count));
                }
            }

            return counts.DrainToImmutable();
        }
    }

    public void CountClockTurn() => Interlocked.Increment(ref _clockTurns);

    public void Count(Refusal refusal) => Interlocked.Increment(ref _refused[(int)refusal.Code]);

    /// <summary>Counts a failure that a caller hears.</summary>
    public void Count(Exception failure)
    {
        if (failure is CustomersUnavailableException unavailable)
        {
            Interlocked.Increment(ref unavailable.Reason == Unavailability.Overloaded ? ref _overloaded : ref _unavailable);
        }
    }
}
