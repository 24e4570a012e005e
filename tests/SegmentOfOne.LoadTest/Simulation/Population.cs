using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>
/// Invented customers and their interactions, in the order in which a shop would report them: visits overlap, what follows
/// an order comes days later, an app that was offline reports late, and a caller that had no answer reports twice. Of what comes
/// later at most <see cref="MostPending"/> things are kept, so memory doesn't grow with the run: beyond that visits end where they are.
/// </summary>
public sealed class Population(SimulationPlan plan)
{
    /// <summary>Visits that go on and repeats that come, at most.</summary>
    public const int MostPending = 100_000;

    private const double ReportedTwice = 0.005;
    private const double GoesOffline = 0.03;

    private readonly PriorityQueue<Report, (DateTimeOffset At, long Order)> _due = new();
    private readonly Share _share = plan.Share;
    private readonly Dice _visitors = Dice.For(plan.Seed, "visits", plan.Share.Index);
    private long _reports;
    private long _visits;

    /// <summary>Visits that go on and repeats that come, now.</summary>
    public int Pending => _due.Count;

    /// <summary>Invents the interactions, one after the other. May be enumerated once.</summary>
    public IEnumerable<InteractRequest> Interactions()
    {
        // The n-th of N interactions is reported when n/N of the time has passed.
        for (long i = 1; i <= plan.Interactions; i++)
        {
            yield return Next((double)i / plan.Interactions);
        }
    }

    /// <summary>Invents the next interaction.</summary>
    /// <param name="passed">How much of the customers' time has passed, in [0, 1]; never less than before. None is reported later than that.</param>
    public InteractRequest Next(double passed)
    {
        var now = plan.End - plan.Span + plan.Span * passed;
        if (!_due.TryPeek(out var report, out var first) || first.At > now)
        {
            return Next(NewVisit(now));
        }
        _due.Dequeue();
        return report.Again ?? Next(report.Visit!);
    }

    private Ongoing NewVisit(DateTimeOffset now)
    {
        // Squared: few customers come often, most seldom.
        var which = _visitors.Share();
        var customer = (int)(_share.Part(plan.Customers) * which * which) * _share.Of + _share.Index;
        var shopper = Shopper.Of(plan.Seed, customer, plan.Mix);
        var visit = _visits++ * _share.Of + _share.Index;
        var own = Dice.For(plan.Seed, "visit", visit);
        return new Ongoing(shopper, visit, own) { At = now, Story = Begin(Stories.Visit(shopper, visit, own)) };
    }

    private static IEnumerator<Moment> Begin(IEnumerable<Moment> story)
    {
        var begun = story.GetEnumerator();
        begun.MoveNext();
        return begun;
    }

    /// <summary>Tells the visit's current moment and puts the next, and a possible repeat, in the queue.</summary>
    private InteractRequest Next(Ongoing visit)
    {
        var moment = visit.Story.Current;
        var request = Request(visit, moment);
        if (visit.Dice.Happens(ReportedTwice))
        {
            Enqueue(new Report(null, request), visit.ReportedAt.AddSeconds(1));
        }
        if (moment.Channel == "app" && visit.Dice.Happens(GoesOffline))
        {
            visit.OfflineUntil = visit.At + visit.Dice.Exponential(TimeSpan.FromHours(8));
        }
        if (visit.Story.MoveNext())
        {
            visit.At += visit.Story.Current.After;
            Enqueue(new Report(visit, null), visit.ReportedAt);
        }
        return request;
    }

    private void Enqueue(Report report, DateTimeOffset at)
    {
        if (_due.Count < MostPending)
        {
            _due.Enqueue(report, (at, _reports++));
        }
    }

    private InteractRequest Request(Ongoing visit, Moment moment)
    {
        var request = new InteractRequest()
        {
            Customer = visit.Shopper.Identifier,
            InteractionId = string.Create(CultureInfo.InvariantCulture, $"{plan.Seed}-{visit.Number}-{visit.Told++}"),
            Type = moment.Type,
            Channel = moment.Channel,
            OccurredAt = Timestamp.FromDateTimeOffset(visit.At),
        };
        foreach (var (name, value) in moment.Properties)
        {
            request.Properties.Add(name, value);
        }
        if (moment.Placement is string placement && visit.Dice.Happens(plan.AskedShare))
        {
            request.Placements.Add(placement);
        }
        return request;
    }

    /// <summary>One of the two: the next moment of a visit, or the same interaction once more.</summary>
    private sealed record Report(Ongoing? Visit, InteractRequest? Again);

    private sealed class Ongoing(Shopper shopper, long number, Dice dice)
    {
        public Shopper Shopper { get; } = shopper;
        public long Number { get; } = number;
        public Dice Dice { get; } = dice;
        public required IEnumerator<Moment> Story { get; init; }
        public required DateTimeOffset At { get; set; }
        public DateTimeOffset OfflineUntil { get; set; }
        public int Told { get; set; }

        public DateTimeOffset ReportedAt => At < OfflineUntil ? OfflineUntil : At;
    }
}
