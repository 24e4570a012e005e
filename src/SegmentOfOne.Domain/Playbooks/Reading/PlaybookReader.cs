using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using SegmentOfOne.Domain.Playbooks.Language;

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
        document["$schema"]?.Text(PlaybookLimits.DescriptionLength);
        document["description"]?.Text(PlaybookLimits.DescriptionLength);
        Declare(document, root.Report);

        var name = document.Id("name");
        var currency = document["currency"]?.Currency() ?? "";
        var traits = TraitReader.Read(document["traits"]);
        root.Report.Names = root.Report.Names with { TraitRules = traits.ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal) };
        var engagement = EngagementReader.Read(document.Object("engagement", FieldList.Engagement));
        var interactions = InteractionReader.Read(document.Members("interactions", PlaybookLimits.Interactions));
        var journey = JourneyReader.Read(document.Object("journey", FieldList.Journey));
        var placements = PlacementReader.Read(document.Members("placements", PlaybookLimits.Placements));
        var location = LocationReader.Read(document.Object("location", FieldList.Location));
        var care = document["care"] is { } section ? Care(section.Object(FieldList.Care)) : null;
        var actions = new ActionReader(placements, location, care).Read(document.Items("actions", PlaybookLimits.Actions));

        var standing = actions.SelectMany(action => action.Placements.Distinct(StringComparer.Ordinal).Select(placement => (placement, action)))
            .ToLookup(each => each.placement, each => each.action, StringComparer.Ordinal);
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
            Placements = [.. placements.OrderBy(rule => rule.Name, StringComparer.Ordinal).Select(rule => rule with
            {
                Candidates = [.. standing[rule.Name]],
            })],
            Actions = actions,
            Contact = ContactReader.Read(document.Object("contact", FieldList.Contact)),
            Consent = ContactReader.ReadConsent(document.Object("consent", FieldList.Consent)),
            Location = location,
            Identity = IdentityReader.Read(document.Object("identity", FieldList.Identity)),
            Retention = Retention(document.Object("retention", FieldList.Retention)),
            Traits = traits,
            Segments = SegmentReader.Read(document.Members("segments", PlaybookLimits.Segments)),
            Receivers = Receivers(document),
            Journeys = new JourneysReader(placements, actions, journey, version).Read(document.Items("journeys", PlaybookLimits.Journeys)),
        };
    }

    /// <summary>Collects the names that parts of the document refer to, before any part is read: no more of them than may be declared, since
    /// each is looked for among all.</summary>
    private static void Declare(PlaceObject document, Report report)
    {
        report.Names = new KnownNames(
            NamesIn(document["interactions"], PlaybookLimits.Interactions),
            TextsIn(ElementsIn(document["location"]?.Element, "fences"), "id", PlaybookLimits.Fences))
        {
            Journeys = TextsIn(ElementsIn(document["journeys"]?.Element), "id", PlaybookLimits.Journeys),
            Segments = NamesIn(document["segments"], PlaybookLimits.Segments),
            Traits = NamesIn(document["traits"], PlaybookLimits.Traits),
        };
        report.Receivers = [.. ElementsIn(document["receivers"]?.Element).Take(PlaybookLimits.Receivers)
            .Where(each => each.ValueKind == JsonValueKind.String).Select(each => each.GetString()!)];
        report.IdentifierKinds = document["identity"] is { Element.ValueKind: JsonValueKind.Object } identity
            && identity.Element.TryGetProperty("kinds", out var kinds) && kinds.ValueKind == JsonValueKind.Object
                ? [.. kinds.EnumerateObject().Take(PlaybookLimits.IdentifierKinds).Select(kind => kind.Name)]
                : [];
        report.Placements = NamesIn(document["placements"], PlaybookLimits.Placements);
        report.Actions = TextsIn(ElementsIn(document["actions"]?.Element), "id", PlaybookLimits.Actions);

        var channels = document.Items("channels", PlaybookLimits.Channels).ConvertAll(place => place.Term(Limits.ChannelBytes));
        var served = document["placements"] is { Element.ValueKind: JsonValueKind.Object } placements
            ? placements.Element.EnumerateObject().Take(PlaybookLimits.Placements)
                .SelectMany(placement => ElementsIn(placement.Value, "channels").Take(PlaybookLimits.ChannelsOfPlacement))
            : [];
        report.Channels = new HashSet<string>(
            [.. channels, .. served.Where(each => each.ValueKind == JsonValueKind.String).Select(each => each.GetString()!)], StringComparer.Ordinal);
    }

    private static ImmutableArray<string> Receivers(PlaceObject document)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var place in document.Items("receivers", PlaybookLimits.Receivers))
        {
            var name = place.Id();
            if (name.Length > 0 && !names.Add(name))
            {
                place.Mistake(PlaybookErrorCode.DuplicateName, $"There is another receiver \"{Place.Shown(name)}\".");
            }
        }

        return [.. names.Order(StringComparer.Ordinal)];
    }

    private static RetentionRules Retention(PlaceObject retention) => new(
        retention["turns"]?.Duration(PlaybookLimits.ShortestRetention, PlaybookLimits.LongestDuration),
        retention["customers_silent"]?.Duration(PlaybookLimits.ShortestRetention, PlaybookLimits.LongestDuration));

    private static CareRule Care(PlaceObject care) => new(
        care.Number("gamma", 0, PlaybookLimits.Gamma),
        care.Quantity("lifetime_value", Reach.Moment, 0, PlaybookLimits.Value));

    private static HashSet<string> NamesIn(Place? members, int most) =>
        members is { Element.ValueKind: JsonValueKind.Object } place
            ? [.. place.Element.EnumerateObject().Select(member => member.Name).Distinct(StringComparer.Ordinal).Take(most)]
            : [];

    /// <summary>The elements of a list, or of the list that an object has under a name; none where there is no such list.</summary>
    private static JsonElement.ArrayEnumerator ElementsIn(JsonElement? element, string? name = null)
    {
        if (name is not null)
        {
            element = element is { ValueKind: JsonValueKind.Object } named && named.TryGetProperty(name, out var inner) ? inner : null;
        }

        return element is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;
    }

    private static HashSet<string> TextsIn(IEnumerable<JsonElement> objects, string field, int most) =>
        [.. objects.Take(most)
            .Where(each => each.ValueKind == JsonValueKind.Object && each.TryGetProperty(field, out var text) && text.ValueKind == JsonValueKind.String)
            .Select(each => each.GetProperty(field).GetString()!)];
}
