using System.Text;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Http;

namespace SegmentOfOne.Gateway;

/// <summary>One run of the gateway, from the first line it prints to its exit code.</summary>
public static class GatewayProgram
{
    /// <summary>Exit code when it cannot start; the reason stands on stderr.</summary>
    public const int CannotStart = 1;

    public static async Task<int> Run(GatewayOptions options, TextWriter output, TextWriter error)
    {
        try
        {
            await using var gateway = await GatewayHost.Start(options, CancellationToken.None).ConfigureAwait(false);
            await output.WriteAsync(Greeting(gateway)).ConfigureAwait(false);
            await output.FlushAsync().ConfigureAwait(false);
            await gateway.WaitForShutdown().ConfigureAwait(false);
            return 0;
        }
        catch (GatewayStartException problem)
        {
            await error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return CannotStart;
        }
    }

    private static string Greeting(GatewayHost gateway)
    {
        var playbook = gateway.Engine.Playbooks.InForce;
        var greeting = new StringBuilder()
            .AppendLine($"SegmentOfOne {HttpApi.Version}")
            .AppendLine($"  HTTP      {Address(gateway.Http)} ({HttpApi.OpenApiPath} describes it)")
            .AppendLine($"  gRPC      {Address(gateway.Grpc)} (h2c, {V1.ExperienceReflection.Descriptor.Services[0].FullName})")
            .AppendLine($"  data      {gateway.Options.Store}")
            .AppendLine($"  playbook  {playbook.Playbook.Name}, version {playbook.Version}");
        if (gateway.Options.Clock is { } start)
        {
            greeting.AppendLine($"  clock     {start} at start, and on from there");
        }

        return greeting
            .AppendLine("Try:")
            .AppendLine($$"""  curl {{Address(gateway.Http)}}/v1/interact -H 'content-type: application/json' -d '{"customer": {"kind": "user_id", "value": "42"}, "interaction_id": "first", "type": "product_viewed", "channel": "web", "placements": [{{Placement(playbook.Playbook)}}]}'""")
            .ToString();
    }

    /// <summary>A placement of the web that has something to decide, quoted; empty when there is none.</summary>
    private static string Placement(Playbook playbook) => playbook.Actions
        .SelectMany(action => action.Placements)
        .Where(name => playbook.TryPlacement(name, out var placement) && placement.Serves("web"))
        .Select(name => $"\"{name}\"")
        .FirstOrDefault("");

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);
}
