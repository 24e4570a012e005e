using System.Globalization;
using System.Text;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Tests.Identities;

/// <summary>Every field of a customer as text, but for numbers of turns, which depend on whose turns they were: so two customers can be compared who came
/// to be the same by different ways.</summary>
internal static class Plain
{
    /// <summary>The first field in which they differ is told, and no more.</summary>
    public static void ShouldBeSame(string one, string other)
    {
        foreach (var (line, expected) in one.Split('\n').Zip(other.Split('\n')))
        {
            line.ShouldBe(expected);
        }

        one.ShouldBe(other);
    }

    public static void ShouldBeSame(CustomerState one, CustomerState other) => ShouldBeSame(Text(one), Text(other));

    public static string Text(CustomerState state, bool withNames = true)
    {
        var text = new StringBuilder();
        void Line(string name, object? value) => text.Append(name).Append(": ").AppendLine(Convert.ToString(value, CultureInfo.InvariantCulture));
        if (withNames)
        {
            Line("names", string.Join(' ', state.Identity.Identifiers.ToArray().Select(name => $"{name.Kind}={name.Value}")));
        }

        var (engagement, journey, contact) = (state.Engagement, state.Journey, state.Contact);
        Line("measures", engagement.Measures);
        Line("accumulators", $"{engagement.Involvement} {engagement.Interaction} {engagement.Liked} {engagement.Disliked} {engagement.Influence}");
        Line("samples", string.Join(' ', engagement.Samples.ToArray()));
        Line("stage", $"{state.Stage} since {journey.Since} began {journey.Began} {state.AtRisk} {state.InRecovery} {state.Reentries}");
        Line("dwell", string.Join(' ', Enum.GetValues<Stage>().Select(stage => $"{journey.Entered(stage)}/{journey.Dwell(stage, Instant.From(DateTimeOffset.UnixEpoch.AddYears(90)))}")));
        Line("days", string.Join(' ', journey.ActiveDays.ToArray()));
        Line("episodes", $"{state.Episodes.Opened} " + string.Join(' ', state.Episodes.Recent.ToArray()));
        Line("interactions", state.Activity.Interactions);
        foreach (var type in state.Activity.Types)
        {
            Line("type", $"{type.Type} {type.Tally} " + string.Join(' ', type.Recent.ToArray()));
        }

        Line("channels", string.Join(' ', state.Activity.Channels.ToArray()));
        Line("items", string.Join(' ', state.Activity.Items.ToArray()));
        Line("value", $"{state.Value.Revenue} {state.Value.Returned} {state.Orders} {state.Returns}");
        Line("contact", $"{contact.Delivered} {contact.DeliveredSales} {contact.FirstOrder > 0} {contact.CareSinceOrder} {contact.TrustHalfLife} {contact.TrustBalance}");
        foreach (var touch in contact.Touches)
        {
            Line("touch", $"{contact.ActionOf(touch)} {touch.Index} {touch.Purpose} {touch.Channel} {touch.Direction} {touch.Terms} {touch.At} {touch.Expires} {touch.KeptUntil} {touch.Reports} {touch.Withdrawn} {touch.Trust}");
        }

        for (var purpose = Purpose.Sell; purpose <= Purpose.Ask; purpose++)
        {
            Line("consent", state.Consent.For(purpose));
        }

        Line("consents", $"{state.Consent.Contact} {state.Consent.Location} {state.Consent.Tracking} {state.Consent.Personalisation} " + string.Join(' ', state.Consent.Channels.ToArray()));
        Line("zone", $"{state.Zones.Zone} {state.Zones.ToldAt} " + string.Join(' ', state.Zones.Offsets.ToArray()));
        Line("location", $"{state.Location.At} {state.Location.Position} {state.Location.Driving} " + string.Join(' ', state.Location.Visits.ToArray()));
        Line("segments", string.Join(' ', state.Segments.Stays.ToArray()));
        foreach (var trait in state.Traits.Traits)
        {
            Line("trait", $"{trait.Trait} {trait.Kind} {trait.Window} {trait.Number(state.Clock)} {(trait.TryValue(state.Clock, out var value) ? value.ToString() : "")} {trait.NextChange(state.Clock)}");
        }

        foreach (var run in state.Journeys.Runs)
        {
            Line("run", run with { Playbook = 0 });
        }

        Line("past", string.Join(' ', state.Journeys.Past.ToArray()));
        Line("due", $"{state.LastDue.UnixMilliseconds} {state.Decisions}");
        return text.ToString();
    }
}
