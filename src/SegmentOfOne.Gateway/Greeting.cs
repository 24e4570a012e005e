using System.Text;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Http;

namespace SegmentOfOne.Gateway;

/// <summary>What a program with a gateway prints when it serves: where, what, and a first call to paste.</summary>
public static class Greeting
{
    /// <param name="http">Where HTTP is served.</param>
    /// <param name="grpc">Where gRPC is served.</param>
    /// <param name="more">More lines, a name of at most eight letters and a text each.</param>
    public static string Of(Uri http, Uri grpc, GatewayOptions options, PublishedPlaybook playbook, params ReadOnlySpan<(string Name, string Text)> more) =>
        new StringBuilder()
            .AppendLine($"SegmentOfOne {HttpApi.Version}")
            .AppendLine($"  HTTP      {Address(http)} ({HttpApi.OpenApiPath} describes it)")
            .AppendLine($"  gRPC      {Address(grpc)} ({(options.Tls is null ? "h2c" : "h2")}, {V1.ExperienceReflection.Descriptor.Services[0].FullName})")
            .Append(Rest(options, playbook, more))
            .AppendLine("Try:")
            .AppendLine($$"""  curl {{Address(http)}}/v1/interact -H 'content-type: application/json' -d '{"customer": {"kind": "user_id", "value": "42"}, "interaction_id": "first", "type": "product_viewed", "channel": "web", "placements": [{{Placement(playbook.Playbook)}}]}'""")
            .ToString();

    /// <summary>Of a program that serves no callers itself.</summary>
    public static string Of(GatewayOptions options, PublishedPlaybook playbook, params ReadOnlySpan<(string Name, string Text)> more) =>
        new StringBuilder().AppendLine($"SegmentOfOne {HttpApi.Version}").Append(Rest(options, playbook, more)).AppendLine("Ready.").ToString();

    /// <summary>A line about where messages go.</summary>
    /// <param name="receivers">In words; null: there are no receivers, and no line.</param>
    public static (string Name, string Text)[] Outbox(string? receivers) => receivers is null ? [] : [("outbox", receivers)];

    private static StringBuilder Rest(GatewayOptions options, PublishedPlaybook playbook, ReadOnlySpan<(string Name, string Text)> more)
    {
        var lines = new StringBuilder()
            .AppendLine($"  data      {options.Store}")
            .AppendLine($"  playbook  {playbook.Playbook.Name}, version {playbook.Version}");
        foreach (var (name, text) in more)
        {
            lines.AppendLine($"  {name,-8}  {text}");
        }

        return options.Clock is not { } start ? lines
            : lines.AppendLine(options.ClockStands ? $"  clock     stands at {start}; PUT /admin/v1/clock moves it" : $"  clock     {start} at start, and on from there");
    }

    /// <summary>A placement of the web that has something to decide, quoted; empty when there is none.</summary>
    private static string Placement(Playbook playbook) => playbook.Actions
        .SelectMany(action => action.Placements)
        .Where(name => playbook.TryPlacement(name, out var placement) && placement.Serves("web"))
        .Select(name => $"\"{name}\"")
        .FirstOrDefault("");

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);
}
