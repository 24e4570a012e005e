using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>Reads the journeys and finds what could go wrong on their way, since nothing may once they are published.</summary>
/// <param name="version">Under which the playbook is, or would be, published.</param>
internal sealed class JourneysReader(
    IReadOnlyList<PlacementRule> placements, ImmutableArray<ActionRule> actions, JourneyRules stages, int version)
{
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);
    private readonly JourneyStepReader stepReader = new(placements, actions);
    private readonly JourneyTriggerReader triggerReader = new(stages);

    /// <summary>The journeys in ordinal order of id.</summary>
    public ImmutableArray<JourneyFlow> Read(List<Place> places) =>
        [.. places.ConvertAll(Flow).OrderBy(flow => flow.Id, StringComparer.Ordinal)];

    private JourneyFlow Flow(Place place)
    {
        var fields = place.Object(FieldList.Flow);
        var steps = fields.Members("steps", PlaybookLimits.StepsOfJourney);
        var names = steps.ConvertAll(step => step.Key);
        var flow = new JourneyFlow(
            fields.NewId(ids, "journey"),
            fields["description"]?.Text(PlaybookLimits.DescriptionLength) ?? "",
            HashOf(place.Element),
            triggerReader.Read(fields["trigger"]),
            fields["key"]?.Term(Limits.PropertyNameBytes),
            fields.Whole("concurrency", 1, PlaybookLimits.Concurrency, 1),
            Reentry(fields["reentry"]),
            fields["start"] is { } start ? JourneyStepReader.StepName(start, names) : "",
            stepReader.Read(steps),
            fields["goal"] is { } goal ? Ending(goal) : null,
            [.. fields.Members("exits", PlaybookLimits.ExitsOfJourney).Select(Exit)],
            fields["moves"] is { } moves ? Moves(moves.Object(FieldList.Moves), names) : null);
        CheckEntries(fields, flow);
        if (fields["steps"] is { Element.ValueKind: JsonValueKind.Object } all)
        {
            new JourneyCheck(flow, all, steps).Run();
        }

        return flow;
    }

    /// <summary>What says how often a customer may be in it.</summary>
    private static void CheckEntries(PlaceObject fields, JourneyFlow flow)
    {
        if (flow.Key is not null && flow.Trigger is not JourneyTrigger.OfInteraction)
        {
            fields["key"]?.Mistake(PlaybookErrorCode.Contradiction, "Only what is triggered by an interaction has a property that tells runs apart.");
        }

        if (flow.Concurrency == 1)
        {
            return;
        }

        if (!fields.Has("key"))
        {
            fields["concurrency"]?.Mistake(PlaybookErrorCode.Contradiction, "Without a \"key\" that tells runs apart there is one at a time.");
        }
        else if (flow.Reentry.Never)
        {
            fields["concurrency"]?.Mistake(PlaybookErrorCode.Contradiction, "A journey that is entered once in a lifetime has one run.");
        }
    }

    /// <summary>A condition that ends a run. One that always holds ends it before it begins.</summary>
    private static Expression? Ending(Place place)
    {
        var condition = place.Condition(Reach.Moment);
        if (condition is { IsNever: true })
        {
            place.Mistake(PlaybookErrorCode.Unreachable, "This never holds, so it ends no run.");
        }
        else if (condition is { IsAlways: true })
        {
            place.Mistake(PlaybookErrorCode.Contradiction, "This always holds, so every run ends at once.");
        }

        return condition;
    }

    private static ExitRule Exit(KeyValuePair<string, Place> exit)
    {
        exit.Value.IsId(exit.Key);
        return new ExitRule(exit.Key, Ending(exit.Value) ?? ExpressionCompiler.Constant(0));
    }

    /// <summary>"never", or "after" and a duration.</summary>
    private static ReentryRule Reentry(Place? place)
    {
        const string After = "after ";
        if (place is not { } reentry)
        {
            return new ReentryRule(false, TimeSpan.Zero);
        }

        if (reentry.Element.ValueKind != JsonValueKind.String)
        {
            reentry.Mistake(PlaybookErrorCode.WrongType, "Here \"never\" or, for instance, \"after 7d\" is needed.");
            return new ReentryRule(false, TimeSpan.Zero);
        }

        var text = reentry.Element.GetString()!;
        if (text == "never")
        {
            return new ReentryRule(true, TimeSpan.Zero);
        }

        if (!text.StartsWith(After, StringComparison.Ordinal) || !DurationText.TryParse(text.AsSpan(After.Length), out var span))
        {
            reentry.Mistake(PlaybookErrorCode.InvalidDuration, "A journey is entered again \"never\" or, for instance, \"after 7d\"; without this field, whenever the run before has ended.");
            return new ReentryRule(false, TimeSpan.Zero);
        }

        return new ReentryRule(false, span);
    }

    private MoveRule Moves(PlaceObject moves, List<string> names)
    {
        var from = ImmutableArray.CreateBuilder<int>();
        foreach (var place in moves.Items("from", PlaybookLimits.MovedVersions))
        {
            var earlier = place.Whole(1, int.MaxValue);
            if (earlier >= version)
            {
                place.Mistake(PlaybookErrorCode.WrongOrder, $"Runs are moved from earlier versions; this is version {version}.");
            }
            else if (earlier > 0 && from.Contains(earlier))
            {
                place.Mistake(PlaybookErrorCode.DuplicateName, "This version is named twice.");
            }

            from.Add(earlier);
        }

        var steps = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (old, place) in moves.Members("steps", PlaybookLimits.StepsOfJourney))
        {
            place.IsId(old);
            steps[old] = JourneyStepReader.StepName(place, names);
        }

        return new MoveRule(from.DrainToImmutable(), steps.ToImmutable());
    }

    /// <summary>Of the journey's own JSON: spaces and the order of fields make no difference, but for the order of exit criteria.</summary>
    private static string HashOf(JsonElement journey)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            Write(writer, journey, sorted: true);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, bool sorted)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                var members = element.EnumerateObject().ToList();
                foreach (var member in sorted ? members.OrderBy(member => member.Name, StringComparer.Ordinal) : members.AsEnumerable())
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, member.Name != "exits");
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item, true);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
