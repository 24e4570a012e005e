using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

internal static class SegmentReader
{
    private const double LowestEntry = 1;
    private const double HighestPercentile = 100;

    public static ImmutableArray<SegmentRule> Read(List<KeyValuePair<string, Place>> segments) =>
        [.. segments.Select(member => Segment(member.Key, member.Value)).OrderBy(rule => rule.Name, StringComparer.Ordinal)];

    private static SegmentRule Segment(string name, Place place)
    {
        place.IsId(name);
        var segment = place.Object(FieldList.Segment);
        var description = segment["description"]?.Text(PlaybookLimits.DescriptionLength) ?? "";
        if (segment.Has("when") && segment.Has("percentile"))
        {
            place.Mistake(PlaybookErrorCode.Contradiction, "A segment has a condition or a percentile, not both.");
        }
        else if (!segment.Has("when") && !segment.Has("percentile"))
        {
            place.Mistake(PlaybookErrorCode.MissingField, "A segment has a condition, \"when\", or a \"percentile\".");
        }

        return new SegmentRule(
            name,
            description,
            segment["when"]?.Condition(Reach.Customer | Reach.Clock),
            segment["percentile"] is { } percentile ? Percentile(percentile) : null);
    }

    private static PercentileRule Percentile(Place place)
    {
        var percentile = place.Object(FieldList.Percentile);
        var rule = new PercentileRule(
            percentile["score"]?.OneOf(Words.RankedScores, "score") ?? default,
            percentile.Number("enter", LowestEntry, HighestPercentile),
            percentile.Number("leave", 0, HighestPercentile));
        if (rule.Enter > 0 && rule.Leave > rule.Enter)
        {
            place.Mistake(PlaybookErrorCode.WrongOrder, "A customer leaves at a percentile that is not higher than the one at which it enters.");
        }

        return rule;
    }
}
