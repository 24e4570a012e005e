using System.Collections.Frozen;

namespace SegmentOfOne.Domain.Playbooks.Reading;

internal static class IdentityReader
{
    public static IdentityRules Read(PlaceObject identity)
    {
        var kinds = new Dictionary<string, IdentifierKind>(StringComparer.Ordinal);
        foreach (var (name, place) in identity.Members("kinds", PlaybookLimits.IdentifierKinds))
        {
            place.IsTerm(name, Limits.IdentifierKindBytes);
            var kind = place.Object(FieldList.IdentifierKind);
            kind["description"]?.Text(PlaybookLimits.DescriptionLength);
            kinds[name] = new IdentifierKind(
                kind.Whole("priority", 0, PlaybookLimits.Priority),
                kind.Whole("limit", 1, Limits.Identifiers, 1),
                kind.Truth("unique"),
                kind.Truth("anonymous"));
            if (kinds[name] is { IsUnique: true, IsAnonymous: true })
            {
                place.Mistake(PlaybookErrorCode.Contradiction, "A name of a device or a visit is no proof of who a person is: \"unique\" and \"anonymous\" exclude each other.");
            }
        }

        var blocked = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var place in identity.Items("blocked", PlaybookLimits.BlockedValues))
        {
            var value = place.Text(Limits.IdentifierValueBytes).Trim();
            if (!blocked.Add(value))
            {
                place.Mistake(PlaybookErrorCode.DuplicateName, "This value is named twice.");
            }
        }

        return new IdentityRules(kinds.ToFrozenDictionary(StringComparer.Ordinal), blocked.ToFrozenSet(StringComparer.OrdinalIgnoreCase));
    }
}
