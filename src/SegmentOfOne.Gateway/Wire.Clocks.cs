using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Gateway;

// What time brings about: segments, traits, journeys, and what leaves for receivers.
public static partial class Wire
{
    private static V1.Fact ClocksToWire(Fact fact, Instant recorded) => fact switch
    {
        TimeCame came => New("time_came", came.Due, new()),
        SegmentEntered entered => New("segment_entered", entered.At, new() { ["segment"] = Text(entered.Segment) }),
        SegmentLeft left => New("segment_left", left.At, new() { ["segment"] = Text(left.Segment) }),
        TraitAdopted adopted => New("trait_adopted", recorded, new()
        {
            ["trait"] = Text(adopted.Trait),
            ["kind"] = Text(Name(adopted.Kind)),
            ["window_days"] = Number(Days(adopted.Window)),
        }),
        TraitGained gained => New("trait_gained", gained.At, new() { ["trait"] = Text(gained.Trait), ["value"] = ToWire(gained.Value) }),
        TraitSet set => New("trait_set", set.At, new() { ["trait"] = Text(set.Trait), ["value"] = ToWire(set.Value) }),
        ConsentExpired expired => New("consent_expired", expired.At, About(expired.Subject, ConsentStatus.Expired)),
        TouchReleased released => OfTouch("touch_released", released, recorded, new()),
        MessageLeft message => New("message_left", message.At, new()
        {
            ["index"] = Number(message.Index),
            ["receiver"] = Text(message.Receiver),
            ["kind"] = Text(Name(message.Kind)),
            ["journey"] = Text(message.Journey),
            ["run"] = Number(message.Run),
            ["step"] = Text(message.Step),
            ["decision"] = message.Decision is { } decision ? Number(decision) : Value.ForNull(),
        }, message.Fields),
        _ => JourneyToWire(fact, recorded),
    };

    private static V1.Fact JourneyToWire(Fact fact, Instant recorded) => fact switch
    {
        JourneyEntered entered => New("journey_entered", entered.At, new()
        {
            ["journey"] = Text(entered.Journey),
            ["run"] = Number(entered.Run),
            ["playbook_version"] = Number(entered.Playbook),
            ["key"] = Text(entered.Key),
        }),
        JourneyStepped stepped => New("journey_stepped", stepped.At, new()
        {
            ["journey"] = Text(stepped.Journey),
            ["run"] = Number(stepped.Run),
            ["from"] = Text(stepped.From),
            ["to"] = Text(stepped.To),
            ["dwelt_milliseconds"] = Number(stepped.Dwelt),
            ["due"] = Moment(stepped.Due),
        }),
        JourneyMoved moved => New("journey_moved", moved.At, new()
        {
            ["journey"] = Text(moved.Journey),
            ["run"] = Number(moved.Run),
            ["from_playbook_version"] = Number(moved.FromPlaybook),
            ["playbook_version"] = Number(moved.Playbook),
            ["from"] = Text(moved.From),
            ["to"] = Text(moved.To),
            ["dwelt_milliseconds"] = Number(moved.Dwelt),
            ["due"] = Moment(moved.Due),
        }),
        JourneyLeft left => New("journey_left", left.At, new()
        {
            ["journey"] = Text(left.Journey),
            ["run"] = Number(left.Run),
            ["step"] = Text(left.Step),
            ["end"] = Text(Name(left.End)),
            ["rule"] = Text(left.Rule),
            ["dwelt_milliseconds"] = Number(left.Dwelt),
            ["lasted_milliseconds"] = Number(left.Lasted),
        }),
        JourneyBarred barred => New("journey_barred", barred.At, new() { ["journey"] = Text(barred.Journey), ["rule"] = Text(barred.Rule) }),
        _ => IdentityToWire(fact, recorded),
    };

    /// <summary>Segments, traits, journeys, and what is due next.</summary>
    private static void AddClocks(V1.CustomerState wire, CustomerState state, Playbook playbook, Instant asOf)
    {
        foreach (ref readonly var stay in state.Segments.Stays)
        {
            wire.Segments.Add(new V1.SegmentStay { Segment = stay.Segment, Since = ToWire(stay.Since) });
        }

        foreach (var rule in playbook.Traits)
        {
            if (state.Traits.Of(rule) is { } trait && ValueOf(rule, trait, asOf) is { } value)
            {
                wire.Traits.Add(new V1.Trait { Name = rule.Name, Value = value });
            }
        }

        foreach (ref readonly var run in state.Journeys.Runs)
        {
            wire.Journeys.Add(new V1.JourneyRun
            {
                Journey = run.Journey,
                Run = (ulong)run.Number,
                PlaybookVersion = run.Playbook,
                Key = run.Key,
                Step = run.Step,
                EnteredAt = ToWire(run.EnteredAt),
                StepSince = ToWire(run.SteppedAt),
                Due = run.Due is { } due ? ToWire(due) : null,
            });
        }

        wire.NextDue = Customer.NextDue(state, PlaybookSet.Of(playbook), asOf) is { } next ? ToWire(next) : null;
    }

    private static Value? ValueOf(TraitRule rule, TraitMemory trait, Instant at) =>
        !rule.IsValue ? Number(trait.Number(at))
        : trait.TryValue(at, out var value) ? ToWire(value)
        : null;

    private static Value ToWire(PropertyValue value) => value.Kind switch
    {
        PropertyKind.Text => Text(value.Text),
        PropertyKind.Number => Number(value.Number),
        PropertyKind.Truth => Value.ForBool(value.Truth),
        _ => throw new UnreachableException($"{value.Kind} is no kind of property."),
    };

    /// <summary>A time among attributes, as text.</summary>
    private static Value Moment(Instant? at) => at is { } moment ? Text(moment.ToString()) : Value.ForNull();
}
