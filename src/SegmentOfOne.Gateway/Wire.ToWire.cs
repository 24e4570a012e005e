using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway;

public static partial class Wire
{
    /// <param name="content">Of the playbook that decided.</param>
    public static V1.InteractReply ToWire(TurnReply reply, bool duplicate, PlaybookContent content)
    {
        var wire = new V1.InteractReply
        {
            CustomerKey = reply.Key.ToString(),
            Version = (ulong)reply.Version,
            ObservedThrough = (ulong)reply.ObservedThrough,
            Duplicate = duplicate,
            Stage = ToWire(reply.Stage),
            Engagement = ToWire(reply.Scores),
            InteractionId = reply.InteractionId,
        };
        AddTo(wire.Decisions, reply, content);
        AddWithdrawn(wire.Withdrawn, reply);
        return wire;
    }

    /// <inheritdoc cref="ToWire(TurnReply, bool, PlaybookContent)"/>
    public static V1.DecideReply ToDecideReply(TurnReply reply, bool duplicate, PlaybookContent content)
    {
        var wire = new V1.DecideReply
        {
            CustomerKey = reply.Key.ToString(),
            Version = (ulong)reply.Version,
            ObservedThrough = (ulong)reply.ObservedThrough,
            Duplicate = duplicate,
            Stage = ToWire(reply.Stage),
            Engagement = ToWire(reply.Scores),
            RequestId = reply.InteractionId,
        };
        AddTo(wire.Decisions, reply, content);
        AddWithdrawn(wire.Withdrawn, reply);
        return wire;
    }

    /// <summary>The same reply on a stream, for a request that was refused.</summary>
    public static V1.InteractReply ToWire(Failure failure, string interactionId) => new()
    {
        InteractionId = interactionId,
        Error = ToWire(failure),
    };

    public static V1.CustomerState ToWire(CustomerView view, Playbook playbook)
    {
        var state = view.State;
        var wire = new V1.CustomerState
        {
            CustomerKey = view.Key.ToString(),
            Version = (ulong)state.Version,
            AsOf = ToWire(view.AsOf),
            Stage = ToWire(state.Stage),
            StageSince = ToWire(state.Journey.Since),
            Engagement = ToWire(view.Scores),
            AtRisk = state.AtRisk,
            InRecovery = state.InRecovery,
            Reentries = (uint)state.Reentries,
            FirstSeen = ToWire(state.FirstSeen),
            LastSeen = ToWire(state.LastSeen),
            Money = new V1.Money
            {
                Currency = playbook.Currency,
                Orders = (ulong)state.Orders,
                Revenue = ToWire(state.Value.Revenue),
                Returns = (ulong)state.Returns,
                Returned = ToWire(state.Value.Returned),
            },
            LapseDue = state.LapseDue(playbook.Journey.Lapse) is { } due ? ToWire(due) : null,
            Interactions = (ulong)state.Activity.Interactions.Count,
            Decisions = (ulong)state.Decisions,
            EpisodesOpened = (ulong)state.Episodes.Opened,
            Contact = ContactToWire(state, view.AsOf),
        };
        foreach (var identifier in state.Identity.Identifiers)
        {
            wire.Identifiers.Add(ToWire(identifier));
        }

        foreach (var type in state.Activity.Types)
        {
            wire.Activities.Add(new V1.Activity { Type = type.Type, Count = (ulong)type.Tally.Count, First = ToWire(type.Tally.First), Last = ToWire(type.Tally.Last) });
        }

        foreach (var channel in state.Activity.Channels)
        {
            wire.Channels.Add(new V1.ChannelActivity { Channel = channel.Channel, Count = (ulong)channel.Count, Last = ToWire(channel.Last) });
        }

        foreach (var episode in state.Episodes.Recent)
        {
            wire.Episodes.Add(new V1.Episode { Key = episode.Key, Phase = Name(episode.Phase), OpenedAt = ToWire(episode.OpenedAt), ChangedAt = ToWire(episode.ChangedAt) });
        }

        foreach (var stage in System.Enum.GetValues<Stage>())
        {
            if (state.Journey.Entered(stage) is var entered and > 0)
            {
                wire.Dwell.Add(new V1.StageDwell { Stage = ToWire(stage), Entered = (uint)entered, DwellMilliseconds = (long)state.Journey.Dwell(stage, view.AsOf).TotalMilliseconds });
            }
        }

        AddConsents(wire, state.Consent);
        AddClocks(wire, state, playbook, view.AsOf);
        return wire;
    }

    public static V1.Identifier ToWire(Identifier identifier) => new() { Kind = identifier.Kind, Value = identifier.Value };

    public static Timestamp ToWire(Instant at)
    {
        var (seconds, milliseconds) = Math.DivRem(at.UnixMilliseconds, 1000);
        return milliseconds < 0
            ? new Timestamp { Seconds = seconds - 1, Nanos = (int)(milliseconds + 1000) * 1_000_000 }
            : new Timestamp { Seconds = seconds, Nanos = (int)milliseconds * 1_000_000 };
    }

    /// <summary>The numbers of the contract leave 0 to "unspecified".</summary>
    public static V1.Stage ToWire(Stage stage) => (V1.Stage)((int)stage + 1);

    /// <summary>Money, exact.</summary>
    public static string ToWire(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);

    public static V1.Engagement ToWire(in Scores scores) => new()
    {
        Involvement = scores.Involvement,
        Interaction = scores.Interaction,
        Intimacy = scores.Intimacy,
        Influence = scores.Influence,
        Engagement_ = scores.Engagement,
        Advocacy = scores.Advocacy,
    };

    private static void AddTo(RepeatedField<V1.Decision> wire, TurnReply reply, PlaybookContent content)
    {
        foreach (var decision in reply.Decisions)
        {
            var one = new V1.Decision
            {
                Placement = decision.Placement,
                Action = decision.Action ?? "",
                Treatment = decision.Treatment ?? "",
                Propensity = decision.Propensity,
                ReceiptId = decision.ReceiptId.ToString(),
                Likelihood = decision.Likelihood,
                Priority = decision.Priority,
                Purpose = decision.Purpose is { } purpose ? Name(purpose) : "",
                HeldUntil = decision.HeldUntil is { } until ? ToWire(until) : null,
            };
            content.AddTo(one.Content, decision);
            wire.Add(one);
        }
    }
    private static void AddWithdrawn(RepeatedField<string> wire, TurnReply reply)
    {
        foreach (var receipt in reply.Withdrawn)
        {
            wire.Add(receipt.ToString());
        }
    }
}
