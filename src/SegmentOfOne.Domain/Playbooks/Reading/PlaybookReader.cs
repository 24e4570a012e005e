using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>Reads a playbook's document, part by part, and builds the playbook when no part has a mistake.</summary>
internal static class PlaybookReader
{
    public static PlaybookParse Read(ReadOnlySpan<byte> utf8Json, int version)
    {
        var report = new Report();
        if (!DocumentCheck.IsReadable(utf8Json, report))
        {
            return new PlaybookParse(null, report.Errors);
        }

        var source = utf8Json.ToArray();
        using var document = JsonDocument.Parse(DocumentCheck.Content(source), DocumentCheck.Options);
        var playbook = Read(new Place(document.RootElement, "$", report), source, version);
        return report.IsClean ? new PlaybookParse(playbook, []) : new PlaybookParse(null, report.Errors);
    }

    private static Playbook Read(Place root, byte[] source, int version)
    {
        var document = root.Object(FieldList.Playbook);
        root.Report.Types = NamesIn(document["interactions"], PlaybookLimits.Interactions);
        root.Report.Placements = NamesIn(document["placements"], PlaybookLimits.Placements);

        document["$schema"]?.Text(PlaybookLimits.DescriptionLength);
        document["description"]?.Text(PlaybookLimits.DescriptionLength);
        var name = document.Id("name");
        var currency = document["currency"]?.Currency() ?? "";
        var engagement = EngagementReader.Read(document.Object("engagement", FieldList.Engagement));
        var interactions = InteractionReader.Read(document.Members("interactions", PlaybookLimits.Interactions));
        var journey = JourneyReader.Read(document.Object("journey", FieldList.Journey));
        var places = document.Members("placements", PlaybookLimits.Placements);
        var channels = places.ConvertAll(place => Channels(place.Key, place.Value));
        var actions = ActionReader.Read(document.Items("actions", PlaybookLimits.Actions));
        var placements = places.Zip(channels, (place, served) => new PlacementRule(
            place.Key, served, [.. actions.Where(action => action.Placements.Contains(place.Key))]));

        return new Playbook
        {
            Version = version,
            Name = name,
            Currency = currency,
            Source = source,
            Hash = Convert.ToHexStringLower(SHA256.HashData(source)),
            Engagement = engagement,
            Journey = journey,
            Interactions = [.. interactions.OrderBy(rule => rule.Type, StringComparer.Ordinal)],
            Placements = [.. placements.OrderBy(rule => rule.Name, StringComparer.Ordinal)],
            Actions = actions,
        };
    }

    private static ImmutableArray<string> Channels(string name, Place place)
    {
        place.IsId(name);
        var placement = place.Object(FieldList.Placement);
        placement["description"]?.Text(PlaybookLimits.DescriptionLength);
        return [.. placement.Items("channels", PlaybookLimits.ChannelsOfPlacement).Select(channel => channel.Term(Limits.ChannelBytes))];
    }

    private static HashSet<string> NamesIn(Place? members, int most) =>
        members is { Element.ValueKind: JsonValueKind.Object } place
            ? [.. place.Element.EnumerateObject().Select(member => member.Name).Distinct(StringComparer.Ordinal).Take(most)]
            : [];
}
