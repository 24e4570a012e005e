using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

internal static class JourneyReader
{
    private const double MostFactor = 100;

    private static readonly TimeSpan ShortestFloor = TimeSpan.FromHours(1);

    public static JourneyRules Read(PlaceObject journey)
    {
        var forward = journey.Object("forward", FieldList.Forward);
        var overlays = journey.Object("overlays", FieldList.Overlays);
        var guards = Words.Rungs
            .OrderByDescending(rung => rung.Value)
            .Where(rung => forward[rung.Key] is not null)
            .Select(rung => new ForwardRule($"forward.{rung.Key}", rung.Value, forward.Condition(rung.Key, Reach.Customer)));
        return new JourneyRules(
            [.. guards],
            Back(journey.Items("back", PlaybookLimits.BackRules)),
            Lapse(journey.Object("lapse", FieldList.Lapse)),
            Overlay(overlays, "at_risk"),
            Overlay(overlays, "in_recovery"));
    }

    private static ImmutableArray<BackRule> Back(List<Place> places)
    {
        var rules = new List<BackRule>();
        foreach (var place in places)
        {
            var back = place.Object(FieldList.Back);
            var (from, to) = (back.Stage("from"), back.Stage("to"));
            var rule = new BackRule($"back.{Words.NameOf(from)}.{Words.NameOf(to)}", from, to, back.Condition("when", Reach.Customer));
            if (from != default && to >= from)
            {
                place.Mistake(PlaybookErrorCode.WrongOrder, "A way back leads to a lower stage.");
            }
            else if (to != default && rules.Exists(other => other.Name == rule.Name))
            {
                place.Mistake(PlaybookErrorCode.DuplicateName, "There is a rule from and to these stages; join the two with `or`.");
            }

            rules.Add(rule);
        }

        return [.. rules];
    }

    private static LapseRule Lapse(PlaceObject lapse) => new(
        "lapse",
        lapse.Stage("from"),
        lapse.Duration("floor", ShortestFloor, PlaybookLimits.LongestDuration),
        lapse.Number("factor", 0, MostFactor));

    private static OverlayRule Overlay(PlaceObject overlays, string name)
    {
        var overlay = overlays.Object(name, FieldList.Overlay);
        var reach = Reach.Moment & ~Reach.Segments;
        return new OverlayRule($"overlays.{name}", overlay.Condition("on", reach), overlay.Condition("off", reach));
    }
}
