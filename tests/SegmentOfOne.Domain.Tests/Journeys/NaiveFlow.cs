using SegmentOfOne.Domain.Tests.Contact;
using System.Text.Json.Nodes;

namespace SegmentOfOne.Domain.Tests.Journeys;

/// <summary>A journey as plain values, which the simulator goes by, and which a playbook says in JSON.</summary>
internal sealed record NaiveFlow(
    string Id,
    IReadOnlyList<string> Types,
    string? Stage,
    bool? Keen,
    bool OfDay,
    Instant? Date,
    bool Yearly,
    int WithinHours,
    NaiveCondition? When,
    bool Keyed,
    int Concurrency,
    int? ReentryHours,
    IReadOnlyList<NaiveStep> Steps,
    NaiveCondition? Goal,
    IReadOnlyList<(string Name, NaiveCondition When)> Exits,
    IReadOnlyDictionary<string, string>? Moves)
{
    /// <summary>Of <see cref="ReentryHours"/>: once in a lifetime.</summary>
    public const int Never = -1;

    public NaiveStep? Step(string name) => Steps.FirstOrDefault(step => step.Name == name);

    public JsonNode Json()
    {
        var trigger = new JsonObject();
        if (Types.Count > 0)
        {
            trigger["interaction"] = new JsonArray([.. Types.Select(type => JsonValue.Create(type))]);
            trigger["within"] = $"{WithinHours}h";
        }
        else if (Keen is { } keen)
        {
            trigger[keen ? "segment" : "left_segment"] = "keen";
        }
        else if (OfDay)
        {
            trigger["date_of"] = "day";
            trigger["at"] = "09:30";
            trigger["ahead"] = "36h";
            trigger["yearly"] = Yearly;
        }
        else if (Stage is not null)
        {
            trigger["stage"] = Stage;
        }
        else
        {
            trigger["date"] = Date!.Value.ToString()[..19] + "Z";
            trigger["yearly"] = Yearly;
        }

        trigger["when"] = When?.Text;
        var steps = new JsonObject(Steps.Select(step => KeyValuePair.Create<string, JsonNode?>(step.Name, step.Json())));
        return new JsonObject
        {
            ["id"] = Id,
            ["trigger"] = trigger.WithoutNulls(),
            ["key"] = Keyed ? "key" : null,
            ["concurrency"] = Concurrency,
            ["reentry"] = ReentryHours is { } hours ? hours == Never ? "never" : $"after {hours}h" : null,
            ["start"] = Steps[0].Name,
            ["steps"] = steps,
            ["goal"] = Goal?.Text,
            ["exits"] = new JsonObject(Exits.Select(exit => KeyValuePair.Create<string, JsonNode?>(exit.Name, exit.When.Text))),
            ["moves"] = Moves is null ? null : new JsonObject
            {
                ["from"] = new JsonArray(1),
                ["steps"] = new JsonObject(Moves.Select(move => KeyValuePair.Create<string, JsonNode?>(move.Key, move.Value))),
            },
        }.WithoutNulls();
    }
}

/// <summary>A condition in the playbook's words and as a function of a life and of the event at hand.</summary>
internal sealed record NaiveCondition(string Text, Func<NaiveJourneys, NaiveEvent?, bool> Holds);

internal sealed record NaiveEvent(string Type, Instant At, string? Key, int? X, string? Zone, string? Day);

/// <summary>One step: <paramref name="Kind"/> is the field that a playbook names it by.</summary>
/// <param name="Minutes">Of a wait, of what is waited for, or after midnight.</param>
internal sealed record NaiveStep(
    string Name,
    string Kind,
    long Seconds = 0,
    int Minutes = 0,
    IReadOnlyList<string>? Types = null,
    NaiveCondition? When = null,
    IReadOnlyList<(NaiveCondition? When, int Percent, string Next)>? Ways = null,
    string Placement = "",
    string? Action = null,
    string? Receiver = null,
    string Next = "",
    string Otherwise = "")
{
    public bool TakesTime => Kind is "wait" or "until" or "wait_for";

    public JsonObject Json() => (Kind switch
    {
        "wait" => new JsonObject { ["wait"] = $"{Seconds}s", ["next"] = Next },
        "until" => new JsonObject { ["until"] = $"{Minutes / 60:00}:{Minutes % 60:00}", ["next"] = Next },
        "wait_for" => new JsonObject
        {
            ["wait_for"] = new JsonArray([.. Types!.Select(type => JsonValue.Create(type))]),
            ["when"] = When?.Text,
            ["within"] = $"{Seconds}s",
            ["next"] = Next,
            ["otherwise"] = Otherwise,
        },
        "branch" => new JsonObject
        {
            ["branch"] = new JsonArray([.. Ways!.Select(way => new JsonObject { ["when"] = way.When!.Text, ["next"] = way.Next })]),
            ["otherwise"] = Otherwise,
        },
        "split" => new JsonObject
        {
            ["split"] = new JsonArray([.. Ways!.Select(way => new JsonObject { ["percent"] = way.Percent, ["next"] = way.Next })]),
        },
        "decide" => new JsonObject
        {
            ["decide"] = Placement,
            ["channel"] = Placement == "letter" ? "mail" : "web",
            ["action"] = Action,
            ["receiver"] = Receiver,
            ["next"] = Next,
            ["otherwise"] = Otherwise,
        },
        "open_case" => new JsonObject { ["open_case"] = Receiver, ["reason"] = "why", ["next"] = Next },
        "set" => new JsonObject { ["set"] = "mood", ["to"] = Minutes == 0 ? new JsonObject { ["value"] = "trait('mood', 0) + 1" } : Minutes, ["next"] = Next },
        "exit" => new JsonObject { ["exit"] = Next },
        _ => throw new NotSupportedException(Kind),
    }).WithoutNulls();
}
