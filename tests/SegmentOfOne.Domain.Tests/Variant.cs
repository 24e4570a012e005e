using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests;

/// <summary>The default playbook with something changed.</summary>
internal static class Variant
{
    /// <summary>With other actions, and without the journeys that name the default's.</summary>
    public static Playbook WithActions(params JsonNode[] actions) => Of(document =>
    {
        document["actions"] = new JsonArray(actions);
        document.AsObject().Remove("journeys");
    });

    public static Playbook Of(Action<JsonNode> change, int version = 1)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        change(document);
        var parse = Playbook.Parse(System.Text.Encoding.UTF8.GetBytes(document.ToJsonString()), version);
        parse.Errors.ShouldBeEmpty();
        return parse.Playbook!;
    }
}
