using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>Reads what lets customers into a journey.</summary>
/// <param name="stages">The rules by which customers come to stages.</param>
internal sealed class JourneyTriggerReader(JourneyRules stages)
{
    private static readonly string[] Kinds = ["interaction", "segment", "left_segment", "stage", "date", "date_of"];

    private static readonly TimeSpan UsualWithin = TimeSpan.FromHours(24);

    public JourneyTrigger Read(Place? place)
    {
        if (place is not { Element.ValueKind: System.Text.Json.JsonValueKind.Object } trigger)
        {
            place?.Object(FieldList.Trigger);
            return Nothing(null);
        }

        var fields = trigger.Object(FieldList.Trigger);
        var named = Kinds.Where(fields.Has).ToList();
        if (named.Count == 0)
        {
            trigger.Mistake(PlaybookErrorCode.MissingField, "A trigger is an \"interaction\", a \"segment\" or \"left_segment\", a \"stage\", a \"date\" or \"date_of\".");
        }
        else if (named.Count > 1)
        {
            fields[named[1]]?.Mistake(PlaybookErrorCode.Contradiction, $"This trigger is of \"{named[0]}\"; it can't be of \"{named[1]}\" too.");
        }

        var kind = named.FirstOrDefault() ?? "";
        CheckBesides(fields, kind);
        return Of(kind, fields, When(fields["when"], kind));
    }

    private JourneyTrigger Of(string kind, PlaceObject fields, Expression? when)
    {
        switch (kind)
        {
            case "interaction":
                var within = fields.Duration("within", PlaybookLimits.ShortestWait, PlaybookLimits.LongestWait, UsualWithin);
                return new JourneyTrigger.OfInteraction(JourneyStepReader.Types(fields["interaction"]!.Value), within, when);
            case "segment" or "left_segment":
                var segment = fields[kind]!.Value;
                return new JourneyTrigger.OfSegment(
                    segment.Declared(segment.Report.Names.Segments, "segment", PlaybookErrorCode.UnknownSegment), kind == "segment", when);
            case "stage":
                return new JourneyTrigger.OfStage(StageOf(fields["stage"]!.Value), when);
            case "date":
                return new JourneyTrigger.OfDate(fields["date"]!.Value.Time(), null, 0, TimeSpan.Zero, fields.Truth("yearly"), when);
            case "date_of":
                return new JourneyTrigger.OfDate(
                    null,
                    Trait(fields["date_of"]!.Value),
                    fields["at"]?.TimeOfDay() ?? 0,
                    fields.Duration("ahead", PlaybookLimits.ShortestWait, PlaybookLimits.LongestWait),
                    fields.Truth("yearly"),
                    when);
            default:
                return Nothing(when);
        }
    }

    private static string Trait(Place place)
    {
        var trait = place.Declared(place.Report.Names.Traits, "trait", PlaybookErrorCode.UnknownTrait);
        if (place.Report.Names.TraitRules.TryGetValue(trait, out var rule) && !rule.IsValue)
        {
            place.Mistake(PlaybookErrorCode.Contradiction, "This trait is a number and never a day.");
        }

        return trait;
    }

    /// <summary>Fields that have a meaning with some triggers only.</summary>
    private static void CheckBesides(PlaceObject fields, string kind)
    {
        Check("within", ["interaction"]);
        Check("at", ["date_of"]);
        Check("ahead", ["date_of"]);
        Check("yearly", ["date", "date_of"]);

        void Check(string name, string[] kinds)
        {
            if (kind.Length > 0 && !kinds.Contains(kind))
            {
                fields[name]?.Mistake(PlaybookErrorCode.Contradiction, $"\"{name}\" has a meaning only beside {string.Join(" or ", kinds.Select(each => $"\"{each}\""))}.");
            }
        }
    }

    private static Expression? When(Place? place, string kind)
    {
        if (place is not { } said || said.Condition(Reach.Moment) is not { } when)
        {
            return null;
        }

        if (when.IsNever)
        {
            said.Mistake(PlaybookErrorCode.Unreachable, "This never holds, so nobody enters this journey.");
        }
        else if (kind is "date" or "date_of" && JourneyCheck.ReadsInteraction(when) is { } read)
        {
            said.Mistake(PlaybookErrorCode.NotAvailable, $"When a date comes no interaction is at hand, so `{read}` says nothing.");
        }

        return when;
    }

    private Stage StageOf(Place place)
    {
        var stage = place.OneOf(Words.Stages, "stage");
        var comes = stage == Stage.Lapsed || stages.Forward.Any(rule => rule.To == stage) || stages.Back.Any(rule => rule.To == stage);
        if (!comes && place.Element.ValueKind == System.Text.Json.JsonValueKind.String && Words.Stages.ContainsKey(place.Element.GetString()!))
        {
            place.Mistake(PlaybookErrorCode.Unreachable, "By no rule does a customer come to this stage, so nobody enters this journey.");
        }

        return stage;
    }

    /// <summary>Stands for a trigger that was refused.</summary>
    private static JourneyTrigger.OfInteraction Nothing(Expression? when) => new(ImmutableArray<string>.Empty, UsualWithin, when);
}
