using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

internal static class InteractionReader
{
    public static List<InteractionRule> Read(List<KeyValuePair<string, Place>> interactions) =>
        interactions.ConvertAll(member => Interaction(member.Key, member.Value));

    private static InteractionRule Interaction(string type, Place place)
    {
        place.IsTerm(type, Limits.TypeBytes);
        var interaction = place.Object(FieldList.Interaction);
        interaction["description"]?.Text(PlaybookLimits.DescriptionLength);
        var tracking = interaction.Truth("tracking");
        if (tracking && interaction["consent"] is { } consent)
        {
            consent.Mistake(PlaybookErrorCode.Contradiction, "What says something about consent is heard of everybody, so it is no tracking.");
        }

        return new InteractionRule(
            type,
            interaction["involvement"]?.Quantity(Reach.Request, 0, PlaybookLimits.Weight),
            interaction["interaction"]?.Quantity(Reach.Request, 0, PlaybookLimits.Weight),
            interaction["intimacy"]?.Quantity(Reach.Request, -PlaybookLimits.Weight, PlaybookLimits.Weight),
            interaction["influence"]?.Quantity(Reach.Request, 0, PlaybookLimits.Weight),
            EvidenceOf(interaction),
            interaction["revenue"]?.Amount(Reach.Request),
            interaction["item"]?.Term(Limits.PropertyNameBytes),
            interaction["episode"] is { } episode ? Episode(episode.Object(FieldList.Episode)) : null)
        {
            Report = interaction["report"]?.OneOf(Words.Reports, "report") ?? default,
            Consent = interaction["consent"]?.OneOf(Words.ConsentStatements, "statement about consent"),
            Tracking = tracking,
            Location = interaction["location"] is { } location ? Location(location.Object(FieldList.LocationProperties)) : null,
        };
    }

    private static Evidence EvidenceOf(PlaceObject interaction)
    {
        var all = Evidence.None;
        foreach (var place in interaction.Items("evidence", Words.Evidences.Count))
        {
            var evidence = place.OneOf(Words.Evidences, "evidence");
            if (evidence != Evidence.None && (all & evidence) != 0)
            {
                place.Mistake(PlaybookErrorCode.DuplicateName, "This evidence is named twice.");
            }

            all |= evidence;
        }

        return all;
    }

    private static LocationProperties Location(PlaceObject location) => new(
        location["latitude"]?.Term(Limits.PropertyNameBytes) ?? "",
        location["longitude"]?.Term(Limits.PropertyNameBytes) ?? "",
        location["accuracy"]?.Term(Limits.PropertyNameBytes),
        location["travel"]?.Term(Limits.PropertyNameBytes));

    private static EpisodeRule Episode(PlaceObject episode) => new(
        episode["key"]?.Term(Limits.PropertyNameBytes) ?? "",
        episode["phase"]?.OneOf(Words.Phases, "phase") ?? default);
}
