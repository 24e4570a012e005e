using System.Collections.Frozen;
using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

internal static class ActionReader
{
    private const double LeastPercent = -100;

    /// <summary>The actions in ordinal order of id.</summary>
    public static ImmutableArray<ActionRule> Read(List<Place> places)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return [.. places.ConvertAll(place => Action(place, ids)).OrderBy(action => action.Id, StringComparer.Ordinal)];
    }

    private static ActionRule Action(Place place, HashSet<string> ids)
    {
        var action = place.Object(FieldList.Action);
        action["description"]?.Text(PlaybookLimits.DescriptionLength);
        return new ActionRule(
            NewId(action, ids, "action"),
            Placements(action, place.Report.Placements),
            action["eligible"]?.Condition(Reach.Moment),
            action.Quantity("propensity", Reach.Moment, 0, 1),
            [.. action.Items("context", PlaybookLimits.ContextWeightsOfAction).Select(ContextOf)],
            action.Quantity("value", Reach.Moment, 0, PlaybookLimits.Value),
            [.. action.Members("levers", PlaybookLimits.LeversOfAction).Select(LeverOf)],
            Treatments(action));
    }

    /// <summary>An id that no one had before; a repeated one is a mistake.</summary>
    private static string NewId(PlaceObject named, HashSet<string> ids, string kind)
    {
        var id = named.Id("id");
        if (id.Length > 0 && !ids.Add(id))
        {
            named["id"]?.Mistake(PlaybookErrorCode.DuplicateName, $"There is another {kind} \"{Place.Shown(id)}\".");
        }

        return id;
    }

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

    private static Lever LeverOf(KeyValuePair<string, Place> lever)
    {
        lever.Value.IsId(lever.Key);
        return new Lever(lever.Key, lever.Value.Number(LeastPercent, PlaybookLimits.Percent));
    }

    private static ImmutableArray<TreatmentRule> Treatments(PlaceObject action)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return [.. action.Items("treatments", PlaybookLimits.TreatmentsOfAction).ConvertAll(place => Treatment(place, ids))];
    }

    private static TreatmentRule Treatment(Place place, HashSet<string> ids)
    {
        var treatment = place.Object(FieldList.Treatment);
        return new TreatmentRule(
            NewId(treatment, ids, "treatment of this action"),
            treatment["when"]?.Condition(Reach.Moment),
            treatment.Members("content", PlaybookLimits.FieldsOfContent).ToFrozenDictionary(field => field.Key, ContentOf, StringComparer.Ordinal));
    }

    private static string ContentOf(KeyValuePair<string, Place> field)
    {
        field.Value.IsId(field.Key);
        return field.Value.Text(PlaybookLimits.ContentLength);
    }
}
