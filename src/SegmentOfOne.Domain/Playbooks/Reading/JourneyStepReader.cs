using System.Collections.Immutable;
using System.Text.Json;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Playbooks.Language;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>Reads the steps of a journey.</summary>
internal sealed class JourneyStepReader(IReadOnlyList<PlacementRule> placements, ImmutableArray<ActionRule> actions)
{
    private const double PercentTolerance = 1e-9;
    private const double LeastPercent = 1e-6;

    private static readonly string[] Kinds = ["wait", "until", "wait_for", "branch", "split", "decide", "set", "open_case", "exit"];

    /// <summary>The steps in the order in which they are written.</summary>
    public ImmutableArray<JourneyStep> Read(List<KeyValuePair<string, Place>> steps)
    {
        var names = steps.ConvertAll(step => step.Key);
        return [.. steps.Select(step => Step(step.Key, step.Value, names)).OfType<JourneyStep>()];
    }

    /// <summary>The name of a step of this journey.</summary>
    public static string StepName(Place place, List<string> names) => place.Declared(names, "step of this name here:", PlaybookErrorCode.UnknownStep);

    /// <summary>Interaction types, at least one, each once.</summary>
    public static ImmutableArray<string> Types(Place list)
    {
        var types = ImmutableArray.CreateBuilder<string>();
        foreach (var place in list.Items(PlaybookLimits.TypesOfStep))
        {
            var type = place.Declared(place.Report.Names.Types, "interaction", PlaybookErrorCode.UnknownInteraction);
            if (types.Contains(type))
            {
                place.Mistake(PlaybookErrorCode.DuplicateName, "This interaction is named twice.");
            }

            types.Add(type);
        }

        if (types.Count == 0 && list.Element.ValueKind == JsonValueKind.Array)
        {
            list.Mistake(PlaybookErrorCode.Unreachable, "Without an interaction it never happens.");
        }

        return types.DrainToImmutable();
    }

    /// <summary>A step; null where it isn't even clear which.</summary>
    private JourneyStep? Step(string name, Place place, List<string> names)
    {
        place.IsId(name);
        if (place.Element.ValueKind != JsonValueKind.Object)
        {
            place.Object(FieldList.ExitStep);
            return null;
        }

        var kind = Kinds.FirstOrDefault(each => place.Element.TryGetProperty(each, out _));
        switch (kind)
        {
            case "wait":
                var wait = place.Object(FieldList.WaitStep);
                return new JourneyStep.Wait(name, Span(wait, "wait"), Next(wait, "next", names));
            case "until":
                var until = place.Object(FieldList.UntilStep);
                return new JourneyStep.WaitUntil(name, until["until"]?.TimeOfDay() ?? 0, Next(until, "next", names));
            case "wait_for":
                return WaitFor(name, place.Object(FieldList.WaitForStep), names);
            case "branch":
                return Branch(name, place.Object(FieldList.BranchStep), names);
            case "split":
                return Split(name, place.Object(FieldList.SplitStep), names);
            case "decide":
                return Decide(name, place.Object(FieldList.DecideStep), names);
            case "set":
                return Set(name, place.Object(FieldList.SetStep), names);
            case "open_case":
                var open = place.Object(FieldList.OpenCaseStep);
                return new JourneyStep.OpenCase(
                    name, Receiver(open["open_case"]!.Value), open["reason"]?.Text(PlaybookLimits.ReasonLength) ?? "", Next(open, "next", names));
            case "exit":
                var exit = place.Object(FieldList.ExitStep);
                return new JourneyStep.Exit(name, exit["exit"]?.OneOf(Words.Exits, "way to end") ?? default);
            default:
                place.Mistake(PlaybookErrorCode.MissingField, $"A step has one of {string.Join(", ", Kinds.Select(each => $"\"{each}\""))}.");
                return null;
        }
    }

    private static TimeSpan Span(PlaceObject fields, string name) =>
        fields.Duration(name, PlaybookLimits.ShortestWait, PlaybookLimits.LongestWait, PlaybookLimits.ShortestWait);

    private static string Next(PlaceObject fields, string name, List<string> names) => fields[name] is { } next ? StepName(next, names) : "";

    private static JourneyStep.WaitFor WaitFor(string name, PlaceObject wait, List<string> names)
    {
        var when = wait["when"]?.Condition(Reach.Moment);
        if (when is { IsNever: true })
        {
            wait["when"]?.Mistake(PlaybookErrorCode.Unreachable, "This never holds, so what is waited for never comes.");
        }

        return new JourneyStep.WaitFor(
            name, Types(wait["wait_for"]!.Value), when, Span(wait, "within"), Next(wait, "next", names), Next(wait, "otherwise", names));
    }

    private static JourneyStep.Branch Branch(string name, PlaceObject branch, List<string> names)
    {
        var cases = ImmutableArray.CreateBuilder<(Expression, string)>();
        var places = branch.Items("branch", PlaybookLimits.BranchesOfStep);
        foreach (var place in places)
        {
            var each = place.Object(FieldList.Case);
            var when = each.Condition("when", Reach.Moment);
            if (when.IsNever)
            {
                each["when"]?.Mistake(PlaybookErrorCode.Unreachable, "This never holds, so nobody goes this way.");
            }
            else if (when.IsAlways)
            {
                each["when"]?.Mistake(PlaybookErrorCode.Unreachable, "This always holds, so nobody goes the ways after it.");
            }

            cases.Add((when, Next(each, "next", names)));
        }

        if (cases.Count == 0 && branch["branch"] is { Element.ValueKind: JsonValueKind.Array } none)
        {
            none.Mistake(PlaybookErrorCode.MissingField, "A branch has at least one condition.");
        }

        return new JourneyStep.Branch(name, cases.DrainToImmutable(), Next(branch, "otherwise", names));
    }

    private static JourneyStep.Split Split(string name, PlaceObject split, List<string> names)
    {
        var ways = ImmutableArray.CreateBuilder<(double Percent, string Next)>();
        foreach (var place in split.Items("split", PlaybookLimits.WaysOfStep))
        {
            var way = place.Object(FieldList.Way);
            ways.Add((way.Number("percent", LeastPercent, 100), Next(way, "next", names)));
        }

        var sum = ways.Sum(way => way.Percent);
        if (Math.Abs(sum - 100) > PercentTolerance && split["split"] is { Element.ValueKind: JsonValueKind.Array } list)
        {
            list.Mistake(PlaybookErrorCode.InvalidSplit, FormattableString.Invariant($"The parts must add up to 100 percent; these add up to {sum}."));
        }

        return new JourneyStep.Split(name, ways.DrainToImmutable());
    }

    private JourneyStep.Decide Decide(string name, PlaceObject decide, List<string> names)
    {
        var place = decide["decide"]!.Value;
        var next = Next(decide, "next", names);
        var step = new JourneyStep.Decide(
            name,
            place.Declared(place.Report.Placements, "placement", PlaybookErrorCode.UnknownPlacement),
            decide["channel"]?.Channel() ?? "",
            decide["action"] is { } action ? action.Declared(action.Report.Actions, "action", PlaybookErrorCode.UnknownAction) : null,
            decide["receiver"] is { } receiver ? Receiver(receiver) : null,
            next,
            decide["otherwise"] is { } otherwise ? StepName(otherwise, names) : next);
        if (placements.FirstOrDefault(rule => rule.Name == step.Placement) is { } placement && step.Channel.Length > 0)
        {
            CheckChoice(decide, step, placement);
        }

        return step;
    }

    /// <summary>A decision that can't be taken, or never chooses anything, is a mistake.</summary>
    private void CheckChoice(PlaceObject decide, JourneyStep.Decide step, PlacementRule placement)
    {
        if (step.Receiver is not null && placement.Direction == Direction.Inbound)
        {
            decide["receiver"]?.Mistake(PlaybookErrorCode.Contradiction, "Nothing goes out from an inbound placement, so nobody receives it.");
        }

        if (placement.ChannelOf(step.Channel) is not { } channel)
        {
            decide["channel"]?.Mistake(PlaybookErrorCode.Contradiction, "The placement doesn't serve this channel.");
            return;
        }

        var candidates = actions.Where(action => action.Placements.Contains(step.Placement)).ToList();
        if (step.Action is null)
        {
            if (!candidates.Exists(action => action.GoesOn(channel)))
            {
                decide["decide"]?.Mistake(PlaybookErrorCode.Unreachable, "No action stands at this placement and goes on this channel, so nothing is ever chosen.");
            }
        }
        else if (actions.FirstOrDefault(action => action.Id == step.Action) is { } single)
        {
            if (!candidates.Contains(single))
            {
                decide["action"]?.Mistake(PlaybookErrorCode.Contradiction, "This action doesn't stand at the placement.");
            }
            else if (!single.GoesOn(channel))
            {
                decide["action"]?.Mistake(PlaybookErrorCode.Contradiction, "This action doesn't go on the channel.");
            }
        }
    }

    private static JourneyStep.Set Set(string name, PlaceObject set, List<string> names)
    {
        var place = set["set"]!.Value;
        var trait = place.Declared(place.Report.Names.Traits, "trait", PlaybookErrorCode.UnknownTrait);
        if (place.Report.Names.TraitRules.TryGetValue(trait, out var rule) && rule.Kind != TraitKind.Set)
        {
            place.Mistake(PlaybookErrorCode.Contradiction, "This trait is computed; only one that says \"set\" can be set.");
        }

        Expression? expression = null;
        PropertyValue value = default;
        if (set["to"] is { } to)
        {
            (expression, value) = Value(to);
        }

        return new JourneyStep.Set(name, trait, expression, value, Next(set, "next", names));
    }

    private static (Expression? Expression, PropertyValue Value) Value(Place to)
    {
        switch (to.Element.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                return (null, to.Truth());
            case JsonValueKind.Number:
                return (null, to.Number(-PlaybookLimits.Value, PlaybookLimits.Value));
            case JsonValueKind.String:
                var text = to.Text(Limits.TraitTextLength);
                if (text.Length == 0)
                {
                    to.Mistake(PlaybookErrorCode.InvalidText, "A trait's text can't be empty.");
                }

                return (null, text);
            case JsonValueKind.Object:
                return (to.Object(FieldList.SetValue)["value"]?.Displayed(Reach.Moment), default);
            default:
                to.Mistake(PlaybookErrorCode.WrongType, "Here a number, a text, true, false or { \"value\": \"an expression\" } is needed.");
                return default;
        }
    }

    private static string Receiver(Place place) => place.Declared(place.Report.Receivers, "receiver", PlaybookErrorCode.UnknownReceiver);
}
