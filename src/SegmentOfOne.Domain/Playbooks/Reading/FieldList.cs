using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>The fields that one kind of object in a playbook has. The schema's definition of the same name has the same.</summary>
internal sealed record FieldList(string Name, ImmutableArray<string> Required, ImmutableArray<string> Optional)
{
    public static readonly FieldList Playbook = new(
        "playbook",
        ["name", "currency", "engagement", "interactions", "journey", "placements", "actions"],
        ["$schema", "description", "channels", "care", "contact", "consent", "location", "segments", "traits", "receivers", "journeys", "retention"]);

    public static readonly FieldList Engagement = new(
        "engagement", ["involvement", "interaction", "intimacy", "influence", "blend", "shift"], []);

    public static readonly FieldList Score = new("score", ["half_life", "kappa"], []);

    public static readonly FieldList Blend = new("blend", ["involvement", "interaction", "intimacy", "influence"], []);

    public static readonly FieldList Shift = new("shift", ["points", "within"], []);

    public static readonly FieldList Interaction = new(
        "interaction",
        [],
        ["description", "involvement", "interaction", "intimacy", "influence", "evidence", "revenue", "item", "episode", "report", "consent", "tracking", "location"]);

    public static readonly FieldList LocationProperties = new("location_properties", ["latitude", "longitude"], ["accuracy", "travel"]);

    public static readonly FieldList Episode = new("episode", ["key", "phase"], []);

    public static readonly FieldList Journey = new("journey", ["forward", "back", "lapse", "overlays"], []);

    public static readonly FieldList Forward = new(
        "forward", [], ["awareness", "discovery", "attraction", "interaction", "purchase", "use", "cultivation", "advocacy"]);

    public static readonly FieldList Back = new("back", ["from", "to", "when"], []);

    public static readonly FieldList Lapse = new("lapse", ["from", "floor", "factor"], []);

    public static readonly FieldList Overlays = new("overlays", ["at_risk", "in_recovery"], []);

    public static readonly FieldList Overlay = new("overlay", ["on", "off"], []);

    public static readonly FieldList Placement = new("placement", [], ["description", "direction", "channels", "reserve"]);

    public static readonly FieldList Action = new(
        "action",
        ["id", "purpose", "placements", "propensity"],
        [
            "description", "transactional", "channels", "from", "until", "eligible", "applicable", "suitable", "context", "location",
            "value", "expected_intimacy_change", "levers", "treatments",
        ]);

    public static readonly FieldList ContextWeight = new("context_weight", ["when", "percent"], []);

    public static readonly FieldList LocationWeight = new("location_weight", ["weight"], ["fences"]);

    public static readonly FieldList Lever = new("lever", ["percent"], ["when"]);

    public static readonly FieldList Treatment = new("treatment", ["id", "content"], ["when", "variables"]);

    public static readonly FieldList Content = new("content", ["template", "format"], []);

    public static readonly FieldList Variable = new("variable", ["value", "fallback"], ["decimals"]);

    public static readonly FieldList Care = new("care", ["gamma", "lifetime_value"], []);

    public static readonly FieldList Contact = new(
        "contact",
        [],
        ["time_zone", "quiet_hours", "caps", "sale_share", "trust", "care_after_order", "recovery_lock", "intent"]);

    public static readonly FieldList TimeZone = new("time_zone", [], ["default", "property"]);

    public static readonly FieldList QuietHours = new("quiet_hours", ["from", "to"], ["channel"]);

    public static readonly FieldList Cap = new("cap", ["scope", "limit", "window"], ["match", "direction"]);

    public static readonly FieldList SaleShare = new("sale_share", [], ["max", "touches", "window"]);

    public static readonly FieldList Trust = new(
        "trust", [], ["half_life", "care", "care_dismissed", "sale", "sale_accepted", "floor"]);

    public static readonly FieldList RecoveryLock = new("recovery_lock", [], ["complaint_holds"]);

    public static readonly FieldList Intent = new("intent", ["holds"], ["types", "evidence"]);

    public static readonly FieldList Retention = new("retention", [], ["turns", "customers_silent"]);

    public static readonly FieldList Consent = new("consent", [], ["purposes", "channels", "expires_after"]);

    public static readonly FieldList Segment = new("segment", [], ["description", "when", "percentile"]);

    public static readonly FieldList Percentile = new("percentile", ["score", "enter", "leave"], []);

    public static readonly FieldList Location = new(
        "location", [], ["half_life", "leave", "dwell", "cooldown", "on_foot_meters", "by_car_meters", "fences"]);

    public static readonly FieldList Fence = new(
        "fence", ["id", "latitude", "longitude", "radius_meters"], ["description", "sensitive", "open", "in_stock"]);

    public static readonly FieldList Open = new("open", ["time_zone", "hours"], []);

    public static readonly FieldList OpenHours = new("open_hours", ["from", "to"], ["days"]);

    public static readonly FieldList Trait = new(
        "trait", [], ["description", "count", "sum", "last", "first", "most_frequent", "distinct", "set", "of", "within"]);

    public static readonly FieldList Flow = new(
        "flow", ["id", "trigger", "start", "steps"], ["description", "key", "concurrency", "reentry", "goal", "exits", "moves"]);

    public static readonly FieldList Trigger = new(
        "trigger",
        [],
        ["interaction", "segment", "left_segment", "stage", "date", "date_of", "within", "at", "ahead", "yearly", "when"]);

    public static readonly FieldList WaitStep = new("wait_step", ["wait", "next"], []);

    public static readonly FieldList UntilStep = new("until_step", ["until", "next"], []);

    public static readonly FieldList WaitForStep = new("wait_for_step", ["wait_for", "within", "next", "otherwise"], ["when"]);

    public static readonly FieldList BranchStep = new("branch_step", ["branch", "otherwise"], []);

    public static readonly FieldList Case = new("case", ["when", "next"], []);

    public static readonly FieldList SplitStep = new("split_step", ["split"], []);

    public static readonly FieldList Way = new("way", ["percent", "next"], []);

    public static readonly FieldList DecideStep = new("decide_step", ["decide", "channel", "next"], ["action", "receiver", "otherwise"]);

    public static readonly FieldList SetStep = new("set_step", ["set", "to", "next"], []);

    public static readonly FieldList SetValue = new("set_value", ["value"], []);

    public static readonly FieldList OpenCaseStep = new("open_case_step", ["open_case", "reason", "next"], []);

    public static readonly FieldList ExitStep = new("exit_step", ["exit"], []);

    public static readonly FieldList Moves = new("moves", [], ["from", "steps"]);

    public static readonly ImmutableArray<FieldList> All =
    [
        Playbook, Engagement, Score, Blend, Shift, Interaction, Episode, LocationProperties, Journey, Forward, Back, Lapse, Overlays, Overlay,
        Placement, Action, ContextWeight, LocationWeight, Lever, Treatment, Content, Variable, Care, Contact, TimeZone, QuietHours, Cap, SaleShare,
        Trust, RecoveryLock, Intent, Retention, Consent, Location, Fence, Open, OpenHours,
        Segment, Percentile, Trait,
        Flow, Trigger, WaitStep, UntilStep, WaitForStep, BranchStep, Case, SplitStep, Way, DecideStep, SetStep, SetValue, OpenCaseStep, ExitStep, Moves,
    ];

    public IEnumerable<string> Fields => Required.Concat(Optional);
}
