using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests;

/// <summary>The default playbook with something changed.</summary>
internal static class Variant
{
    public static Playbook Of(Action<JsonNode> change, int version = 1)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        change(document);
        var parse = Playbook.Parse(System.Text.Encoding.UTF8.GetBytes(document.ToJsonString()), version);
        parse.Errors.ShouldBeEmpty();
        return parse.Playbook!;
    }
}
