using System.Collections.Immutable;
using System.Text.Json;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>Reads the actions, which refer to nearly everything else.</summary>
internal sealed class ActionReader(IReadOnlyList<PlacementRule> placements, LocationRules location, CareRule? care)
{
    private const double LeastPercent = -100;

    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    private readonly Dictionary<string, PlacementRule> placementAt = placements.ToDictionary(placement => placement.Name, StringComparer.Ordinal);

    /// <summary>The place of each fence; of a repeated id, a mistake, the first.</summary>
    private readonly Dictionary<string, int> fenceAt = location.Fences.Select((fence, place) => (fence.Id, place)).DistinctBy(each => each.Id)
        .ToDictionary(each => each.Id, each => each.place, StringComparer.Ordinal);

    /// <summary>The actions in ordinal order of id.</summary>
    public ImmutableArray<ActionRule> Read(List<Place> places) =>
        [.. places.ConvertAll(Action).OrderBy(action => action.Id, StringComparer.Ordinal).Select((action, place) => action with { Ordinal = place })];

    private ActionRule Action(Place place)
    {
        var fields = place.Object(FieldList.Action);
        fields["description"]?.Text(PlaybookLimits.DescriptionLength);
        var action = new ActionRule
        {
            Id = fields.NewId(ids, "action"),
            Purpose = fields["purpose"]?.OneOf(Words.Purposes, "purpose") ?? default,
            Transactional = fields.Truth("transactional"),
            Placements = Placements(fields, place.Report.Placements),
            Channels = [.. fields.Items("channels", PlaybookLimits.ChannelsOfPlacement).Select(channel => channel.Channel())],
            From = fields["from"]?.Time() ?? Instant.Min,
            Until = fields["until"]?.Time() ?? Instant.Max,
            Eligible = fields["eligible"]?.Condition(Reach.Moment),
            Applicable = fields["applicable"]?.Condition(Reach.Moment),
            Suitable = fields["suitable"]?.Condition(Reach.Moment),
            Propensity = fields.Quantity("propensity", Reach.Moment, 0, 1),
            Context = [.. fields.Items("context", PlaybookLimits.ContextWeightsOfAction).Select(ContextOf)],
            Location = fields["location"] is { } near ? LocationOf(near.Object(FieldList.LocationWeight)) : null,
            Value = fields["value"]?.Quantity(Reach.Moment, 0, PlaybookLimits.Value),
            ExpectedIntimacyChange = fields["expected_intimacy_change"]?.Quantity(Reach.Moment, 0, PlaybookLimits.IntimacyChange),
            Care = care,
            Levers = [.. fields.Members("levers", PlaybookLimits.LeversOfAction).Select(LeverOf)],
            Treatments = TreatmentReader.Read(fields.Items("treatments", PlaybookLimits.TreatmentsOfAction)),
        };
        CheckValue(place, fields, action);
        CheckReach(place, fields, action);
        return action;
    }

    private void CheckValue(Place place, PlaceObject fields, ActionRule action)
    {
        if (fields["expected_intimacy_change"] is not { } change)
        {
            if (!fields.Has("value") && place.Element.ValueKind == JsonValueKind.Object)
            {
                place.Mistake(PlaybookErrorCode.MissingField, "An action has a \"value\", or an \"expected_intimacy_change\" when it sells nothing.");
            }
        }
        else if (fields.Has("value"))
        {
            change.Mistake(PlaybookErrorCode.Contradiction, "An action has a \"value\" or an \"expected_intimacy_change\", not both.");
        }
        else if (action.Purpose == Purpose.Sell)
        {
            change.Mistake(PlaybookErrorCode.Contradiction, "What sells has a \"value\"; only what doesn't is worth what it does for Intimacy.");
        }
        else if (care is null)
        {
            change.Mistake(PlaybookErrorCode.MissingField, "The section \"care\" is missing, which says what a change of Intimacy is worth.");
        }

        if (action is { Transactional: true, Purpose: Purpose.Sell } && fields["transactional"] is { } transactional)
        {
            transactional.Mistake(PlaybookErrorCode.Contradiction, "What sells is never transactional.");
        }
    }

    /// <summary>An action that no request can ever get is a mistake, whatever else is right with it.</summary>
    private void CheckReach(Place place, PlaceObject fields, ActionRule action)
    {
        if (fields["until"] is { } until && action.Until <= action.From)
        {
            until.Mistake(PlaybookErrorCode.WrongOrder, "An action ends after it begins.");
        }

        if (fields["placements"] is { Element.ValueKind: JsonValueKind.Array } named)
        {
            var candidates = action.Placements.Where(placementAt.ContainsKey).Select(name => placementAt[name]).ToList();
            if (action.Placements.IsEmpty)
            {
                named.Mistake(PlaybookErrorCode.Unreachable, "Without a placement this action is never chosen.");
            }
            else if (candidates.Count > 0 && !candidates.Exists(placement => Meet(placement, action)))
            {
                place.Mistake(PlaybookErrorCode.Unreachable, "None of its placements serves any of its channels, so this action is never chosen.");
            }
        }

        foreach (var gate in (ReadOnlySpan<string>)["eligible", "applicable", "suitable"])
        {
            var condition = gate switch { "eligible" => action.Eligible, "applicable" => action.Applicable, _ => action.Suitable };
            if (condition is { IsNever: true })
            {
                fields[gate]?.Mistake(PlaybookErrorCode.Unreachable, "This never holds, so this action is never chosen.");
            }
        }
    }

    private static bool Meet(PlacementRule placement, ActionRule action) =>
        placement.Channels.IsEmpty || action.Channels.IsEmpty || placement.Channels.Intersect(action.Channels).Any();

    private static ImmutableArray<string> Placements(PlaceObject action, IReadOnlyCollection<string> known)
    {
        var placements = ImmutableArray.CreateBuilder<string>();
        foreach (var place in action.Items("placements", PlaybookLimits.PlacementsOfAction))
        {
            var name = place.Id();
            if (placements.Contains(name))
            {
                place.Mistake(PlaybookErrorCode.DuplicateName, "This placement is named twice.");
            }
            else if (name.Length > 0 && !known.Contains(name))
            {
                place.Unknown(PlaybookErrorCode.UnknownPlacement, $"The playbook has no placement \"{Place.Shown(name)}\".", name, known);
            }

            placements.Add(name);
        }

        return placements.DrainToImmutable();
    }

    private static ContextWeight ContextOf(Place place)
    {
        var weight = place.Object(FieldList.ContextWeight);
        return new ContextWeight(weight.Condition("when", Reach.Moment), weight.Number("percent", LeastPercent, PlaybookLimits.Percent));
    }

    private LocationWeight LocationOf(PlaceObject near)
    {
        var fences = ImmutableArray.CreateBuilder<int>();
        if (!near.Has("fences"))
        {
            fences.AddRange(Enumerable.Range(0, location.Fences.Length).Where(place => !location.Fences[place].Sensitive));
        }

        foreach (var place in near.Items("fences", PlaybookLimits.Fences))
        {
            var id = place.Declared(place.Report.Names.Fences, "fence", PlaybookErrorCode.UnknownFence);
            if (!fenceAt.TryGetValue(id, out var index))
            {
                continue;
            }

            if (location.Fences[index].Sensitive)
            {
                place.Mistake(PlaybookErrorCode.Contradiction, "A sensitive place is never used.");
            }
            else
            {
                fences.Add(index);
            }
        }

        return new LocationWeight(near.Number("weight", 0, 1), fences.DrainToImmutable());
    }

    private static Lever LeverOf(KeyValuePair<string, Place> lever)
    {
        lever.Value.IsId(lever.Key);
        if (lever.Value.Element.ValueKind != JsonValueKind.Object)
        {
            return new Lever(lever.Key, null, lever.Value.Number(LeastPercent, PlaybookLimits.Percent));
        }

        var push = lever.Value.Object(FieldList.Lever);
        return new Lever(lever.Key, push["when"]?.Condition(Reach.Moment), push.Number("percent", LeastPercent, PlaybookLimits.Percent));
    }
}
