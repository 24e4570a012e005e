using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>The fields that one kind of object in a playbook has. The schema's definition of the same name has the same.</summary>
internal sealed record FieldList(string Name, ImmutableArray<string> Required, ImmutableArray<string> Optional)
{
    public static readonly FieldList Playbook = new(
        "playbook",
        ["name", "currency", "engagement", "interactions", "journey", "placements", "actions"],
        ["$schema", "description"]);

    public static readonly FieldList Engagement = new(
        "engagement", ["involvement", "interaction", "intimacy", "influence", "blend", "shift"], []);

    public static readonly FieldList Score = new("score", ["half_life", "kappa"], []);

    public static readonly FieldList Blend = new("blend", ["involvement", "interaction", "intimacy", "influence"], []);

    public static readonly FieldList Shift = new("shift", ["points", "within"], []);

    public static readonly FieldList Interaction = new(
        "interaction",
        [],
        ["description", "involvement", "interaction", "intimacy", "influence", "evidence", "revenue", "item", "episode"]);

    public static readonly FieldList Episode = new("episode", ["key", "phase"], []);

    public static readonly FieldList Journey = new("journey", ["forward", "back", "lapse", "overlays"], []);

    public static readonly FieldList Forward = new(
        "forward", [], ["awareness", "discovery", "attraction", "interaction", "purchase", "use", "cultivation", "advocacy"]);

    public static readonly FieldList Back = new("back", ["from", "to", "when"], []);

    public static readonly FieldList Lapse = new("lapse", ["from", "floor", "factor"], []);

    public static readonly FieldList Overlays = new("overlays", ["at_risk", "in_recovery"], []);

    public static readonly FieldList Overlay = new("overlay", ["on", "off"], []);

    public static readonly FieldList Placement = new("placement", [], ["description", "channels"]);

    public static readonly FieldList Action = new(
        "action",
        ["id", "placements", "propensity", "value"],
        ["description", "eligible", "context", "levers", "treatments"]);

    public static readonly FieldList ContextWeight = new("context_weight", ["when", "percent"], []);

    public static readonly FieldList Treatment = new("treatment", ["id", "content"], ["when"]);

    public static readonly ImmutableArray<FieldList> All =
        [Playbook, Engagement, Score, Blend, Shift, Interaction, Episode, Journey, Forward, Back, Lapse, Overlays, Overlay, Placement, Action, ContextWeight, Treatment];

    public IEnumerable<string> Fields => Required.Concat(Optional);
}
