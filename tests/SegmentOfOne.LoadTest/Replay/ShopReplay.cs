using System.Diagnostics;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Shop;

namespace SegmentOfOne.LoadTest.Replay;

/// <summary>Sends a shop's year over a few streams: time moves forward over all, and each customer stays on one stream.</summary>
public sealed class ShopReplay
{
    private const int InFlightOfLane = 256;

    private readonly ReplayLane[] _lanes;
    private readonly ShopYear _year;
    private readonly ServiceClock? _clock;
    private readonly InFlight _unanswered = new();

    /// <param name="clock">Moved to each time before the first turn of that time is sent, when all before are answered; null: it isn't.</param>
    public ShopReplay(ShopYear year, ExperienceClient client, int lanes, bool decide, ServiceClock? clock = null)
    {
        (_year, _clock) = (year, clock);
        _lanes = [.. Enumerable.Range(0, lanes).Select(_ => new ReplayLane(client, InFlightOfLane, decide, _unanswered))];
    }

    /// <summary>Turns that the service took because something had become due.</summary>
    public long ClockTurns { get; private set; }

    /// <summary>Turns answered so far.</summary>
    public long Answered => _lanes.Sum(lane => lane.Tally.Latency.Count);

    /// <summary>Sends every turn and waits for every answer.</summary>
    public async Task<(ReplayTally Tally, TimeSpan Elapsed)> Run(CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        using CancellationTokenSource failed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task[] running = [Feed(failed.Token), .. _lanes.Select(lane => lane.Run(failed.Token))];
        try
        {
            await foreach (var ended in Task.WhenEach(running))
            {
                await ended;
            }
        }
        finally
        {
            await failed.CancelAsync();
        }

        var elapsed = Stopwatch.GetElapsedTime(begun);
        var sum = new ReplayTally();
        foreach (var lane in _lanes)
        {
            sum.Add(lane.Tally);
        }
        return (sum, elapsed);
    }

    private async Task Feed(CancellationToken ct)
    {
        var laneOf = new Dictionary<string, ReplayLane>(StringComparer.Ordinal);
        DateTimeOffset? now = null;
        foreach (var turn in _year.Turns)
        {
            if (_clock is not null && turn.Line.At != now)
            {
                now = turn.Line.At;
                await _unanswered.None(ct);
                ClockTurns += await _clock.Move(turn.Line.At, ct);
            }
            if (!laneOf.TryGetValue(turn.Customer, out var lane))
            {
                lane = laneOf[turn.Customer] = _lanes[laneOf.Count % _lanes.Length];
            }
            await lane.Send(turn, ct);
        }
        foreach (var lane in _lanes)
        {
            lane.Complete();
        }
    }
}
