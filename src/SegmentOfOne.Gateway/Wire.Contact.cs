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
        ConsentTold told => New("consent_told", told.At, About(told.Subject, told.Status)),
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
        TouchReported reported => New("touch_reported", recorded, new()
        {
            ["version"] = Number(reported.Version),
            ["index"] = Number(reported.Index),
            ["report"] = Text(Name(reported.Report)),
            ["trust"] = Number(reported.Trust),
        }),
        ReportUnmatched unmatched => New("report_unmatched", recorded, new()
        {
            ["report"] = Text(Name(unmatched.Report)),
            ["reason"] = Text(Name(unmatched.Reason)),
        }),
        TouchWithdrawn withdrawn => New("touch_withdrawn", recorded, new()
        {
            ["version"] = Number(withdrawn.Version),
            ["index"] = Number(withdrawn.Index),
            ["rule"] = Text(withdrawn.Rule),
        }),
        _ => ClocksToWire(fact, recorded),
    };

    private static MapField<string, Value> About(ConsentSubject subject, ConsentStatus status) => new()
    {
        ["about"] = Text(Name(subject.Kind)),
        ["purpose"] = Text(subject.Kind == ConsentKind.Purpose ? Name(subject.Purpose) : ""),
        ["channel"] = Text(subject.Channel),
        ["status"] = Text(Name(status)),
    };
}
