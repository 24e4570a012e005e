using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain;

/// <summary>One thing that a turn changed. This file is the storage contract: <see cref="Customer.Evolve"/> and
/// <see cref="Formats.TurnFormat"/> are total over it, and what was once stored stays readable.</summary>
public abstract record Fact
{
    private protected Fact()
    {
    }
}

/// <summary>The customer exists from now on. <paramref name="At"/> begins its lifetime.</summary>
public sealed record CustomerMet(Identifier Identifier, Instant At) : Fact;

/// <summary>The measures with which Engagement is folded from now on; what was earned ages to the customer's clock by the old ones first.</summary>
public sealed record MeasuresAdopted(Measures Measures) : Fact;

/// <summary>An interaction happened at <paramref name="OccurredAt"/>. <paramref name="Known"/>: the playbook knows its type.
/// <paramref name="ItemProperty"/> names the property that names the item it was about, null when it was about none.</summary>
public sealed record InteractionObserved(
    string Id,
    string Type,
    string Channel,
    Instant OccurredAt,
    Properties Properties,
    bool Known,
    Evidence Evidence,
    string? ItemProperty) : Fact;

/// <summary>Decisions were asked for without an interaction, for the moment that the turn was recorded. <paramref name="Id"/> may be empty.</summary>
public sealed record DecisionsAsked(string Id, string Channel, Properties Properties) : Fact;

/// <summary>Weights that an interaction added to the five accumulators at the time it happened; none is negative.</summary>
public sealed record EngagementEarned(
    double Involvement, double Interaction, double Liked, double Disliked, double Influence, Instant At) : Fact;

/// <summary>Money of an order (above 0) or of a return (below 0), exact, in the playbook's currency.</summary>
public sealed record MoneyMoved(decimal Amount, Instant At) : Fact;

/// <summary>A transaction, named by <paramref name="Key"/>, came to a phase.</summary>
public sealed record EpisodeMoved(string Key, EpisodePhase Phase, Instant At) : Fact;

/// <summary>The relationship moved. <paramref name="Rule"/> names the playbook's rule; <paramref name="Evidence"/> is what the turn's
/// interaction proved. Playbook and customer version are the turn's. Times of one customer's transitions never go back.</summary>
public sealed record StageChanged(Stage From, Stage To, string Rule, Evidence Evidence, Instant At) : Fact;

/// <summary>An overlay went on or off.</summary>
public sealed record OverlayChanged(Overlay Overlay, bool On, string Rule, Instant At) : Fact;

/// <summary>Intimacy rose by <paramref name="Rise"/> points within the playbook's shift window.</summary>
public sealed record DelightNoticed(double Rise, Instant At) : Fact;

/// <summary>The customer said what we may do, at the time of saying it. <paramref name="Origin"/> null: where that comes from isn't known.</summary>
public sealed record ConsentTold(ConsentSubject Subject, ConsentStatus Status, Instant At, ConsentOrigin? Origin = null) : Fact;

/// <summary>The customer is in this time zone, a name of the zone table.</summary>
public sealed record ZoneTold(string Zone, Instant At) : Fact;

/// <summary>How many minutes east of UTC a zone is from this turn on: what the turn read of the zone table.</summary>
public sealed record OffsetAdopted(string Zone, int Minutes) : Fact;

/// <summary>The customer was near this point of a coarse grid. The exact place stands in no fact.</summary>
public sealed record LocationNoted(Coordinates Position, bool Driving, Instant At) : Fact;

/// <summary>The customer came to a fence, stayed, or went.</summary>
public sealed record FenceChanged(string Fence, FencePhase Phase, Instant At) : Fact;

/// <summary>Where the customer was is no longer known: its time was over.</summary>
public sealed record LocationForgotten : Fact;

/// <summary>The half-life in milliseconds with which trust is folded from now on.</summary>
public sealed record TrustMeasured(long HalfLife) : Fact;

/// <summary>A channel reported about the touch of decision <paramref name="Index"/> of turn <paramref name="Version"/>, which
/// by that adds <paramref name="Trust"/> to the trust balance in all.</summary>
public sealed record TouchReported(long Version, int Index, TouchReport Report, double Trust) : Fact;

/// <summary>A channel reported about a receipt of which there is no touch; so nothing changed.</summary>
public sealed record ReportUnmatched(TouchReport Report, Mismatch Reason) : Fact;

/// <summary>A touch that was reserved and not reported may no longer be delivered. <paramref name="Rule"/> says why.</summary>
public sealed record TouchWithdrawn(long Version, int Index, string Rule) : Fact;

/// <summary>What was chosen at a placement. <paramref name="Action"/> null: nothing passed the gates, the numbers are 1, 0 and 0, and nothing
/// is reserved. <paramref name="AskedBy"/> null: the caller asked; else a journey did. Everything else of the decision is recomputed by
/// <see cref="Customer.Explain"/>.</summary>
public sealed record Decided(
    string Placement,
    string? Action,
    string? Treatment,
    double Propensity,
    double Likelihood,
    double Priority,
    Reservation? Reserved = null,
    JourneyAsk? AskedBy = null) : Fact
{
    /// <summary>Until when the channel may deliver it; null when nothing was chosen, or it was delivered with the answer.</summary>
    public Instant? HeldUntil => Reserved is { DeliveredAtOnce: false } held ? held.Expires : null;
}

/// <summary>Something of the customer's became due: nobody asked for this turn. What follows in it is dated <paramref name="Due"/>.</summary>
public sealed record TimeCame(Instant Due) : Fact;

/// <summary>The condition of a segment began to hold.</summary>
public sealed record SegmentEntered(string Segment, Instant At) : Fact;

/// <summary>The condition of a segment holds no longer, or the playbook has no such segment any more.</summary>
public sealed record SegmentLeft(string Segment, Instant At) : Fact;

/// <summary>From now on a trait is computed so. What it had been computed otherwise is let go. <paramref name="Window"/> in milliseconds; 0: ever.</summary>
public sealed record TraitAdopted(string Trait, TraitKind Kind, long Window) : Fact;

/// <summary>An interaction counted for a computed trait, with this value.</summary>
public sealed record TraitGained(string Trait, PropertyValue Value, Instant At) : Fact;

/// <summary>A journey said what a trait is.</summary>
public sealed record TraitSet(string Trait, PropertyValue Value, Instant At) : Fact;

/// <summary>The customer entered a journey as the playbook <paramref name="Playbook"/> has it, and stays in that one unless moved.
/// <paramref name="Run"/> numbers the runs of all journeys of this customer from 1. <paramref name="Key"/> tells runs of one journey apart; it may be empty.</summary>
public sealed record JourneyEntered(string Journey, long Run, int Playbook, string Key, Instant At) : Fact;

/// <summary>A run came to a step; <paramref name="From"/> is empty for the first. <paramref name="Dwelt"/>: milliseconds spent at the step before.
/// <paramref name="Due"/>: when the step ends by itself; null: it doesn't wait for a time.</summary>
public sealed record JourneyStepped(string Journey, long Run, string From, string To, long Dwelt, Instant? Due, Instant At) : Fact;

/// <summary>A run ended. <paramref name="Rule"/> names what ended it; <paramref name="Dwelt"/>: milliseconds at the last step, <paramref name="Lasted"/> in all.</summary>
public sealed record JourneyLeft(string Journey, long Run, string Step, JourneyEnd End, string Rule, long Dwelt, long Lasted, Instant At) : Fact;

/// <summary>A run was moved on purpose to the same journey of another playbook, and goes on at <paramref name="To"/>.</summary>
public sealed record JourneyMoved(string Journey, long Run, int FromPlaybook, int Playbook, string From, string To, long Dwelt, Instant? Due, Instant At) : Fact;

/// <summary>A trigger fired and the customer did not enter, because of <paramref name="Rule"/>.</summary>
public sealed record JourneyBarred(string Journey, string Rule, Instant At) : Fact;

/// <summary>Something left for a receiver; the outbox delivers it. <paramref name="Index"/> numbers the messages of the turn from 0.
/// <paramref name="Decision"/> is the index of the decision that it carries; null where it carries none. <paramref name="Fields"/>: what it says
/// besides, or what stands for the variables of the decision's treatment.</summary>
public sealed record MessageLeft(
    int Index, string Receiver, MessageKind Kind, string Journey, long Run, string Step, int? Decision, Properties Fields, Instant At) : Fact;

/// <summary>The time of a consent that was given is over.</summary>
public sealed record ConsentExpired(ConsentSubject Subject, Instant At) : Fact;

/// <summary>A touch that was reserved was not reported in time, and takes no place any more.</summary>
public sealed record TouchReleased(long Version, int Index) : Fact;
