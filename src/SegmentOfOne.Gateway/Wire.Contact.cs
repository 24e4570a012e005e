using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Consent;

namespace SegmentOfOne.Gateway;

// The facts of consent, contact, zones and location.
public static partial class Wire
{
    private static V1.Fact ContactToWire(Fact fact, Instant recorded) => fact switch
    {
        ConsentTold told => New("consent_told", told.At, About(told.Subject, told.Status, told.Origin)),
        ZoneTold told => New("zone_told", told.At, new() { ["zone"] = Text(told.Zone) }),
        OffsetAdopted adopted => New("offset_adopted", recorded, new()
        {
            ["zone"] = Text(adopted.Zone),
            ["minutes_east"] = Number(adopted.Minutes),
        }),
        LocationNoted noted => New("location_noted", noted.At, new()
        {
            ["latitude"] = Number(noted.Position.Latitude),
            ["longitude"] = Number(noted.Position.Longitude),
            ["driving"] = Value.ForBool(noted.Driving),
        }),
        FenceChanged changed => New("fence_changed", changed.At, new()
        {
            ["fence"] = Text(changed.Fence),
            ["phase"] = Text(Name(changed.Phase)),
        }),
        LocationForgotten => New("location_forgotten", recorded, new()),
        TrustMeasured measured => New("trust_measured", recorded, new() { ["half_life_days"] = Number(Days(measured.HalfLife)) }),
        TouchReported reported => OfTouch("touch_reported", reported, recorded, new()
        {
            ["report"] = Text(Name(reported.Report)),
            ["trust"] = Number(reported.Trust),
        }),
        ReportUnmatched unmatched => New("report_unmatched", recorded, new()
        {
            ["report"] = Text(Name(unmatched.Report)),
            ["reason"] = Text(Name(unmatched.Reason)),
        }),
        TouchWithdrawn withdrawn => OfTouch("touch_withdrawn", withdrawn, recorded, new() { ["rule"] = Text(withdrawn.Rule) }),
        _ => ClocksToWire(fact, recorded),
    };

    /// <summary>With the turn that chose the touch, and whose turn that was, where it was another customer's.</summary>
    private static V1.Fact OfTouch(string name, TouchFact fact, Instant recorded, MapField<string, Value> attributes)
    {
        attributes["version"] = Number(fact.Version);
        attributes["index"] = Number(fact.Index);
        if (fact.Origin != default)
        {
            attributes["customer_key"] = Text(fact.Origin.ToString());
        }

        return New(name, recorded, attributes);
    }

    private static MapField<string, Value> About(ConsentSubject subject, ConsentStatus status, ConsentOrigin? origin = null)
    {
        var about = new MapField<string, Value>
        {
            ["about"] = Text(Name(subject.Kind)),
            ["purpose"] = Text(subject.Kind == ConsentKind.Purpose ? Name(subject.Purpose) : ""),
            ["channel"] = Text(subject.Channel),
            ["status"] = Text(Name(status)),
        };
        foreach (var (name, text) in (ReadOnlySpan<(string, string?)>)
            [("source", origin?.Source), ("proof", origin?.Proof), ("policy_version", origin?.PolicyVersion)])
        {
            if (text is { Length: > 0 })
            {
                about[name] = Text(text);
            }
        }

        return about;
    }

    private static void AddConsents(V1.CustomerState wire, ConsentState consent)
    {
        foreach (var subject in ConsentSubject.Fixed)
        {
            if (consent.For(subject) is { Status: not ConsentStatus.Unknown } record)
            {
                wire.Consents.Add(ToWire(subject, record));
            }
        }

        foreach (var (channel, record) in consent.Channels)
        {
            wire.Consents.Add(ToWire(ConsentSubject.Of(channel), record));
        }
    }

    private static V1.Consent ToWire(ConsentSubject subject, ConsentRecord record) => new()
    {
        About = Name(subject.Kind),
        Purpose = subject.Kind == ConsentKind.Purpose ? Name(subject.Purpose) : "",
        Channel = subject.Channel,
        Status = Name(record.Status),
        At = ToWire(record.At),
        Source = record.Origin?.Source ?? "",
        Proof = record.Origin?.Proof ?? "",
        PolicyVersion = record.Origin?.PolicyVersion ?? "",
    };
}
