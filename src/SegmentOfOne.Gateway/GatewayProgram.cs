using SegmentOfOne.Gateway.Hosting;

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
            await output.WriteAsync(Greeting.Of(gateway.Http, gateway.Grpc, options, gateway.Engine.Playbooks.InForce, Greeting.Outbox(gateway.Receivers))).ConfigureAwait(false);
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
}
