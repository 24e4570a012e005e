using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Stories;

/// <summary>
/// Tells one customer of the default playbook what the lines of a story say:
/// <list type="bullet">
/// <item><c>at 2030-06-03 09:00</c> and <c>after 3d</c> set the clock; <c>live 3d</c> lets time pass and wakes the customer whenever something is due;</item>
/// <item><c>web page_viewed url=/ total=12.50</c> is an interaction on a channel; <c>id=</c> names it, <c>ago=2h</c> says it happened before, <c>in=2m</c> ahead,
/// <c>decide=home_hero,cart</c> asks for decisions, <c>of=3.0</c> reports about decision 0 of turn 3;</item>
/// <item><c>decide home_hero on web</c> asks without an interaction;</item>
/// <item><c>why home_hero</c> explains the last turn's decision;</item>
/// <item><c>wake</c> lets happen what is due by now;</item>
/// <item><c>customer</c> shows what is known.</item>
/// </list>
/// </summary>
internal sealed class StoryTeller
{
    private readonly LivingCustomer customer = new(Playbook.Default);
    private Instant now = Time.Start;
    private int told;

    public IEnumerable<string> Tell(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["at", var day, var time] => Set(Instant.From(DateTimeOffset.Parse($"{day}T{time}Z", CultureInfo.InvariantCulture))),
            ["after", var span] => Set(now + Duration(span)),
            ["live", var span] => Live(now + Duration(span)),
            ["decide", var placements, "on", var channel] => Ask(new TurnRequest
            {
                Customer = Lives.Someone,
                Channel = channel,
                Placements = [.. placements.Split(',')],
            }),
            ["why", var placement] => Why(placement),
            ["why", var placement, "of", var version] => Why(placement, int.Parse(version, CultureInfo.InvariantCulture)),
            ["customer"] => Show(),
            ["wake"] => Wake(),
            [var channel, var type, .. var rest] => Ask(Interaction(channel, type, rest)),
            _ => throw new FormatException($"no line of a story: {line}"),
        };
    }

    private static TimeSpan Duration(string text) =>
        DurationText.TryParse(text, out var span) ? span : throw new FormatException($"no duration: {text}");

    private static PropertyValue Value(string text) =>
        text is "true" or "false" ? text == "true"
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : text;

    private IEnumerable<string> Set(Instant time)
    {
        now = time;
        return [];
    }

    private TurnRequest Interaction(string channel, string type, string[] rest)
    {
        var words = rest.Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        words.Remove("id", out var id);
        words.Remove("ago", out var ago);
        words.Remove("in", out var ahead);
        words.Remove("decide", out var placements);
        if (words.Remove("of", out var decision))
        {
            words["receipt_id"] = $"{LivingCustomer.Key}.{decision}";
        }

        return new TurnRequest
        {
            Customer = Lives.Someone,
            Id = id ?? $"{++told}",
            Type = type,
            Channel = channel,
            OccurredAt = ago is not null ? now - Duration(ago) : ahead is not null ? now + Duration(ahead) : null,
            Properties = Properties.Of([.. words.Select(pair => (pair.Key, Value(pair.Value)))]),
            Placements = placements is null ? [] : [.. placements.Split(',')],
        };
    }

    /// <summary>What follows in each turn, those of what was due first included.</summary>
    private IEnumerable<string> Ask(TurnRequest request)
    {
        var before = customer.Turns.Count;
        var outcome = customer.Ask(request, now);
        return [.. Clockwork(before, outcome is TurnOutcome.Done ? 1 : 0), .. Answer(outcome)];
    }

    private List<string> Live(Instant until)
    {
        var before = customer.Turns.Count;
        customer.LiveUntil(until);
        now = until;
        return [.. Clockwork(before, 0)];
    }

    private IEnumerable<string> Wake()
    {
        var before = customer.Turns.Count;
        return customer.WakeAll(now) == 0 ? ["nothing is due"] : [.. Clockwork(before, 0)];
    }

    private IEnumerable<string> Clockwork(int before, int asked) => customer.Story.Skip(before).SkipLast(asked).SelectMany(turn =>
        (string[])[$"turn {turn.Version}, of what came at {Clock(turn.Facts.OfType<TimeCame>().Single().Due)}", .. turn.Facts.Select(Words).Where(words => words.Length > 0)]);

    private IEnumerable<string> Answer(TurnOutcome outcome)
    {
        switch (outcome)
        {
            case TurnOutcome.Refused refused:
                return [$"refused as {refused.Refusal.Code.Name()}: {refused.Refusal.Message}"];
            case TurnOutcome.Repeated repeated:
                var turn = customer.Story.ElementAt((int)repeated.Version - 1);
                return [$"told before; the answer of turn {repeated.Version} again", Scores(Customer.Reply(customer.Replayed(repeated.Version), turn, customer.Playbook))];
            case TurnOutcome.Done done:
                LivingCustomer.BytesOf(customer.Replayed()).ShouldBe(customer.Bytes);
                return [$"turn {done.Turn.Version}", .. done.Turn.Facts.Select(Words).Where(words => words.Length > 0), Scores(done.Reply)];
            default:
                throw new UnreachableException();
        }
    }

    private IEnumerable<string> Why(string placement, int? version = null)
    {
        var turn = customer.Story.ElementAt((version ?? customer.Turns.Count) - 1);
        var index = turn.Facts.OfType<Decided>().ToList().FindIndex(decided => decided.Placement == placement);
        var receipt = Customer.Explain(customer.Replayed(turn.Version - 1), turn, index, customer.Playbook);
        foreach (var line in receipt.ToText().TrimEnd('\n').Split('\n'))
        {
            yield return line;
        }
    }

    private IEnumerable<string> Show()
    {
        var state = customer.State;
        yield return $"{state.Stage} since {Clock(state.Journey.Since)}, seen {Clock(state.FirstSeen)} to {Clock(state.LastSeen)}"
            + (state.AtRisk ? ", at risk" : "") + (state.InRecovery ? ", in recovery" : "")
            + (state.Reentries > 0 ? $", came back {state.Reentries} times" : "");
        if (state.Zones.Zone.Length > 0)
        {
            yield return $"lives by the clock of {state.Zones.Zone} since {Clock(state.Zones.ToldAt)}";
        }

        if (state.LapseDue(customer.Playbook.Journey.Lapse) is { } due)
        {
            yield return $"lapses at {Clock(due)} if silent";
        }

        yield return $"{state.Orders} orders worth {state.Revenue}, {state.Returns} returns worth {state.Value.Returned}";
        foreach (var stage in Enum.GetValues<Stage>().Where(stage => state.Journey.Entered(stage) > 0))
        {
            yield return $"  {stage} {state.Journey.Entered(stage)} times, {state.Journey.Dwell(stage, now).TotalDays:0.##} d";
        }

        foreach (var stay in state.Segments.Stays.ToArray())
        {
            yield return $"  in segment {stay.Segment} since {Clock(stay.Since)}";
        }

        foreach (var episode in state.Episodes.Recent.ToArray())
        {
            yield return $"  episode {episode.Key} {episode.Phase} since {Clock(episode.ChangedAt)}, opened {Clock(episode.OpenedAt)}";
        }

        foreach (var type in state.Activity.Types.ToArray())
        {
            yield return $"  {type.Type} {type.Tally.Count} times, last {Clock(type.Tally.Last)}";
        }
    }

    private string Words(Fact fact) => fact switch
    {
        CustomerMet met => $"  met {met.Identifier.Kind} {met.Identifier.Value}",
        MeasuresAdopted or DecisionsAsked or TimeCame => "",
        SegmentEntered entered => $"  in segment {entered.Segment}",
        SegmentLeft left => $"  no longer in segment {left.Segment}",
        ConsentExpired expired => $"  {expired.Subject.Kind} {(expired.Subject.Kind == ConsentKind.Purpose ? expired.Subject.Purpose : expired.Subject.Channel)} Expired",
        TouchReleased released => $"  released turn {released.Version} decision {released.Index}",
        InteractionObserved observed => $"  observed {observed.Type} on {observed.Channel}"
            + (observed.OccurredAt < now ? $" of {Clock(observed.OccurredAt)}" : "")
            + (observed.Known ? "" : ", which the playbook doesn't know"),
        EngagementEarned earned => "  earned" + Weight(earned.Involvement, "involvement") + Weight(earned.Interaction, "interaction")
            + Weight(earned.Liked, "liked") + Weight(earned.Disliked, "disliked") + Weight(earned.Influence, "influence"),
        MoneyMoved moved => $"  money {moved.Amount:+0.00;-0.00}",
        EpisodeMoved moved => $"  episode {moved.Key} is {moved.Phase}",
        StageChanged changed => $"  stage {changed.From} -> {changed.To} by rule {changed.Rule}"
            + (changed.Evidence == Evidence.None ? "" : $" on {changed.Evidence}") + (changed.At < now ? $" at {Clock(changed.At)}" : ""),
        OverlayChanged changed => $"  {changed.Overlay} {(changed.On ? "on" : "off")} by rule {changed.Rule}",
        DelightNoticed noticed => $"  delight: intimacy rose by {noticed.Rise:0.00}",
        ConsentTold told => $"  {told.Subject.Kind} {(told.Subject.Kind == ConsentKind.Purpose ? told.Subject.Purpose : told.Subject.Channel)} {told.Status}"
            + (told.Origin is { } origin ? $" by {string.Join(", ", new[] { origin.Source, origin.Proof, origin.PolicyVersion }.Where(text => text.Length > 0))}" : ""),
        ZoneTold told => $"  is in {told.Zone}",
        OffsetAdopted adopted => $"  the clock of {adopted.Zone} is {adopted.Minutes / 60.0:+0.##;-0.##;0} h from UTC",
        LocationNoted noted => $"  is near {noted.Position.Latitude:0.00} {noted.Position.Longitude:0.0000}{(noted.Driving ? " by car" : "")}",
        FenceChanged changed => $"  {changed.Phase.ToString().ToLowerInvariant()} {changed.Fence}",
        LocationForgotten => "  forgot where the customer was",
        TrustMeasured => "",
        TouchReported reported => $"  turn {reported.Version} decision {reported.Index} is {reported.Report.ToString().ToLowerInvariant()}, trust {reported.Trust:0.##}",
        ReportUnmatched unmatched => $"  {unmatched.Report.ToString().ToLowerInvariant()} what is no touch: {unmatched.Reason}",
        TouchWithdrawn withdrawn => $"  withdrew turn {withdrawn.Version} decision {withdrawn.Index} by {withdrawn.Rule}",
        TraitAdopted or TraitGained => "",
        TraitSet set => $"  {set.Trait} is {set.Value}",
        JourneyEntered entered => $"  {entered.Journey} {entered.Run} begins" + (entered.Key.Length > 0 ? $" for {entered.Key}" : ""),
        JourneyStepped stepped => $"  {stepped.Journey} {stepped.Run} at {stepped.To}" + (stepped.Due is { } due && due > stepped.At ? $" until {Clock(due)}" : ""),
        JourneyMoved moved => $"  {moved.Journey} {moved.Run} moved from {moved.From} to {moved.To} of playbook {moved.Playbook}",
        JourneyLeft left => $"  {left.Journey} {left.Run} ends at {left.Step}: {left.End.ToString().ToLowerInvariant()} by {left.Rule}",
        JourneyBarred barred => $"  {barred.Journey} isn't entered: {barred.Rule}",
        MessageLeft left => $"  leaves for {left.Receiver}: {left.Kind.ToString().ToLowerInvariant()}"
            + string.Concat(Enumerable.Range(0, left.Fields.Count).Select(i => $", {left.Fields[i].Key}: {left.Fields[i].Value}")),
        Decided { Action: null } decided => $"  at {decided.Placement}: no action",
        Decided decided => $"  at {decided.Placement}: {decided.Action}/{decided.Treatment}, priority {decided.Priority:0.###}",
        _ => throw new UnreachableException(),
    };

    private static string Weight(double weight, string name) => weight == 0 ? "" : $" {name} {weight:0.##}";

    private static string Clock(Instant at) => at.ToString()[..16].Replace('T', ' ');

    private static string Scores(TurnReply reply) => Scores(reply.Stage, reply.Scores);

    private static string Scores(Stage stage, in Scores scores) =>
        $"  {stage}: involvement {scores.Involvement:0.00}, interaction {scores.Interaction:0.00}, intimacy {scores.Intimacy:0.00},"
        + $" influence {scores.Influence:0.00}; engagement {scores.Engagement:0.00}, advocacy {scores.Advocacy:0.00}";
}
