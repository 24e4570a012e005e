using System.Diagnostics;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Decisions;

namespace SegmentOfOne.Gateway;

// Why a decision was taken, and what became of what was decided.
public static partial class Wire
{
    public static V1.Receipt ToWire(Receipt receipt)
    {
        var wire = new V1.Receipt
        {
            ReceiptId = receipt.Id.ToString(),
            CustomerKey = receipt.Id.Key.ToString(),
            Version = (ulong)receipt.Id.Version,
            At = ToWire(receipt.At),
            PlaybookVersion = receipt.PlaybookVersion,
            Placement = receipt.Placement,
            Channel = receipt.Channel,
            TouchChannel = receipt.TouchChannel,
            Direction = Name(receipt.Direction),
            RecordedAt = ToWire(receipt.RecordedAt),
            Text = receipt.ToText(),
            Stage = ToWire(receipt.Stage),
            Engagement = ToWire(receipt.Scores),
            Decision = new V1.Decision
            {
                Placement = receipt.Placement,
                Action = receipt.Action ?? "",
                Treatment = receipt.Treatment ?? "",
                Propensity = receipt.Propensity,
                ReceiptId = receipt.Id.ToString(),
                HeldUntil = receipt.HeldUntil is { } until ? ToWire(until) : null,
            },
        };
        foreach (var candidate in receipt.Candidates)
        {
            wire.Candidates.Add(ToWire(candidate));
            if (candidate.Verdict == Verdict.Chosen)
            {
                wire.Decision.Likelihood = candidate.Likelihood;
                wire.Decision.Priority = candidate.Priority;
                wire.Decision.Purpose = Name(candidate.Purpose);
            }
        }

        return wire;
    }

    private static V1.Candidate ToWire(Candidate candidate)
    {
        var wire = new V1.Candidate
        {
            Action = candidate.Action,
            Eligible = candidate.Verdict is Verdict.Chosen or Verdict.Outranked,
            Chosen = candidate.Verdict is Verdict.Chosen,
            FailedGate = candidate.Verdict switch
            {
                Verdict.Chosen or Verdict.Outranked => "",
                Verdict.Ineligible => "eligibility",
                Verdict.Inapplicable => "applicability",
                Verdict.Unsuitable => "suitability",
                Verdict.HeldBack => "contact_policy",
                Verdict.Untreated => "treatment",
                Verdict.Worthless => "arbitration",
                _ => throw new UnreachableException($"{candidate.Verdict} is no verdict."),
            },
            Rule = candidate.Rule ?? "",
            Treatment = candidate.Treatment ?? "",
            Likelihood = candidate.Likelihood,
            Context = candidate.Context,
            Value = candidate.Value,
            Lever = candidate.Lever,
            Priority = candidate.Priority,
            Purpose = Name(candidate.Purpose),
            Needed = candidate.Needed ?? "",
        };
        foreach (var step in candidate.Steps)
        {
            var one = new V1.GateStep { Gate = Name(step.Gate), Rule = step.Rule, Ruling = Name(step.Ruling), Remark = step.Remark };
            foreach (var (name, value) in step.Facts)
            {
                one.Facts.Add(new V1.FactRead { Name = name, Value = value });
            }

            wire.Steps.Add(one);
        }

        return wire;
    }

    private static V1.Contact ContactToWire(CustomerState state, Instant at)
    {
        var contact = state.Contact;
        var wire = new V1.Contact
        {
            Trust = contact.Trust(at),
            Delivered = (ulong)contact.Delivered,
            DeliveredSales = (ulong)contact.DeliveredSales,
            DoNotContact = state.Consent.DoNotContact,
            TimeZone = state.Zones.Zone,
        };
        foreach (ref readonly var touch in contact.Touches)
        {
            wire.Touches.Add(ToWire(touch, state, at));
        }

        return wire;
    }

    private static V1.Touch ToWire(in Touch touch, CustomerState state, Instant at)
    {
        var wire = new V1.Touch
        {
            ReceiptId = touch.Origin == Touch.NeverSent ? "" : new ReceiptId(touch.Origin == default ? state.Key : touch.Origin, touch.Version, touch.Index).ToString(),
            Action = state.Contact.ActionOf(touch),
            Purpose = Name(touch.Purpose),
            Channel = touch.Channel,
            Direction = Name(touch.Direction),
            At = ToWire(touch.At),
            Status = touch.IsDelivered ? "delivered"
                : (touch.Reports & TouchReport.Bounced) != 0 ? "bounced"
                : touch.Withdrawn ? "withdrawn"
                : touch.IsPendingAt(at) ? "reserved" : "released",
            HeldUntil = touch.IsPendingAt(at) ? ToWire(touch.Expires) : null,
            Transactional = touch.IsTransactional,
        };
        foreach (var report in System.Enum.GetValues<TouchReport>())
        {
            if (report != TouchReport.None && (touch.Reports & report) != 0)
            {
                wire.Reports.Add(Name(report));
            }
        }

        return wire;
    }
}
