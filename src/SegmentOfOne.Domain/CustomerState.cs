using SegmentOfOne.Domain.Activity;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Journey;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Domain.Segments;
using SegmentOfOne.Domain.Traits;
using SegmentOfOne.Domain.Value;
using SegmentOfOne.Domain.Zones;

namespace SegmentOfOne.Domain;

/// <summary>
/// One customer, as the fold of its turns: a slice a feature. A plain working copy, decoded for a turn and thrown away or
/// used again (<see cref="Reset"/>); only <see cref="Customer"/> changes what it says.
/// </summary>
public sealed class CustomerState
{
    private CustomerState? stranger;

    public CustomerState(CustomerKey key) => Key = AskedBy = key;

    /// <summary>Whose state it is. Not part of the stored bytes: whoever stores them knows the key.</summary>
    public CustomerKey Key { get; private set; }

    /// <summary>Words of the states that are read into this memory, for whoever reads many; null: none are kept. Not part of the state.</summary>
    public Lexicon? Lexicon { get; init; }

    /// <summary>The number of the last turn; 0 before the first.</summary>
    public long Version { get; internal set; }

    public IdentityState Identity { get; } = new();

    public EngagementState Engagement { get; } = new();

    public JourneyState Journey { get; } = new();

    public EpisodesState Episodes { get; } = new();

    public ActivityState Activity { get; } = new();

    public ValueState Value { get; } = new();

    public ContactState Contact { get; } = new();

    public ConsentState Consent { get; } = new();

    public ZoneState Zones { get; } = new();

    public LocationState Location { get; } = new();

    public SegmentsState Segments { get; } = new();

    public TraitsState Traits { get; } = new();

    public JourneysState Journeys { get; } = new();

    public RecentIds Ids { get; } = new();

    /// <summary>The facts of the turn that is being decided: memory for <see cref="Draft"/>, not part of the state.</summary>
    internal List<Fact> Drafted { get; } = [];

    /// <summary>By which customer the turn is asked for: this one, or one that is part of it. Not part of the state.</summary>
    internal CustomerKey AskedBy { get; set; }

    /// <summary>Whose turn is told again; the default: the customer's own turn happens. Not part of the state.</summary>
    internal CustomerKey Told { get; set; }

    /// <summary>Memory for <see cref="SegmentOfOne.Domain.Decisions.Occasion"/>, not part of the state: somebody met at a time, of whom nothing else is known.</summary>
    internal CustomerState Stranger(Instant at)
    {
        stranger ??= new CustomerState(default);
        stranger.Reset(default);
        stranger.Journey.Meet(at);
        return stranger;
    }

    /// <summary>Decisions ever taken, "no action" included.</summary>
    public long Decisions { get; internal set; }

    /// <summary>The latest of what became due and was carried out; <see cref="Instant.Min"/> before anything was.</summary>
    public Instant LastDue { get; internal set; } = Instant.Min;

    /// <summary>The time up to which it is known what came of the customer: the latest that happened or became due.</summary>
    public Instant Clock => Instant.Later(LastSeen, LastDue);

    public Stage Stage => Journey.Stage;

    public bool AtRisk => Journey.AtRisk;

    public bool InRecovery => Journey.InRecovery;

    public int Reentries => Journey.Reentries;

    /// <summary>When the first interaction happened; when the customer was met, while there is none.</summary>
    public Instant FirstSeen => Activity.Interactions.Count == 0 ? Journey.Began : Activity.Interactions.First;

    /// <summary>The customer's own clock: the latest time at which an interaction happened; when it was met, while there is none.</summary>
    public Instant LastSeen => Activity.Interactions.Count == 0 ? Journey.Began : Activity.Interactions.Last;

    /// <summary>Interactions that proved an order.</summary>
    public long Orders => EvidenceCount(Evidence.Order);

    /// <summary>Interactions that proved a return.</summary>
    public long Returns => EvidenceCount(Evidence.Return);

    public decimal Revenue => Value.Revenue;

    /// <summary>A new customer's state again, with the memory it has.</summary>
    public void Reset(CustomerKey key)
    {
        (Key, AskedBy, Version, Decisions, LastDue, Told) = (key, key, 0, 0, Instant.Min, default);
        Identity.Clear();
        Engagement.Clear();
        Journey.Clear();
        Episodes.Clear();
        Activity.Clear();
        Value.Clear();
        Contact.Clear();
        Consent.Clear();
        Zones.Clear();
        Location.Clear();
        Segments.Clear();
        Traits.Clear();
        Journeys.Clear();
        Ids.Clear();
    }

    /// <summary>How often a type happened later than a time. <see cref="Instant.Min"/>: ever; otherwise at most
    /// <see cref="Limits.RecentOccurrences"/>.</summary>
    public long Count(string type, Instant since) => Activity.Of(type)?.CountAfter(since) ?? 0;

    public Instant? First(string type) => Activity.Of(type)?.Tally.First;

    public Instant? Last(string type) => Activity.Of(type)?.Tally.Last;

    /// <summary>Distinct items touched later than a time, at most <see cref="Limits.RecentItems"/>.</summary>
    public int DistinctItems(Instant since) => Activity.DistinctItems(since);

    /// <summary>Interactions that gave one kind of evidence.</summary>
    public long EvidenceCount(Evidence one) => Activity.Evidence(one).Count;

    public Instant? EvidenceFirst(Evidence one) => Activity.Evidence(one) is { Count: > 0 } tally ? tally.First : null;

    public Instant? EvidenceLast(Evidence one) => Activity.Evidence(one) is { Count: > 0 } tally ? tally.Last : null;

    /// <summary>How long no interaction has happened; never negative.</summary>
    public TimeSpan Silence(Instant at) => at > LastSeen ? at - LastSeen : TimeSpan.Zero;

    /// <summary>UTC days with an interaction, after the day of a time; at most <see cref="Limits.ActiveDays"/>.
    /// So a window of 7 days is today and the six days before.</summary>
    public int ActiveDays(Instant since) => Journey.ActiveDaysAfter(since);

    /// <summary>By how many points Intimacy has risen within the shift window that ends at a time.</summary>
    public double IntimacyRise(Instant at) => Engagement.ShiftAt(at).Rise;

    /// <summary>By how many points Intimacy has fallen within the shift window that ends at a time.</summary>
    public double IntimacyFall(Instant at) => Engagement.ShiftAt(at).Fall;

    public Scores Scores(EngagementRules rules, Instant at) => Engagement.Scores(rules, at);

    /// <summary>When silence becomes a lapse; null at a stage that doesn't lapse.</summary>
    public Instant? LapseDue(LapseRule rule)
    {
        if (Stage < rule.From || Stage > Stage.Advocacy)
        {
            return null;
        }

        var ownGap = Journey.MedianGap is { } gap ? gap * rule.Factor : TimeSpan.Zero;
        return LastSeen + (ownGap > rule.Floor ? ownGap : rule.Floor);
    }
}
