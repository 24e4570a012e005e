using System.Runtime.InteropServices;
using SegmentOfOne.Gateway;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Silo.Hosting;

/// <summary>One run of the program, from the first line it prints to its exit code.</summary>
public static class SiloProgram
{
    public static async Task<int> Run(SiloOptions options, TextWriter output, TextWriter error)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        try
        {
            await using var host = await SiloHost.Start(options, CancellationToken.None).ConfigureAwait(false);
            await output.WriteAsync(Greet(host)).ConfigureAwait(false);
            await output.FlushAsync().ConfigureAwait(false);
            await told.Task.ConfigureAwait(false);
            return 0;
        }
        catch (GatewayStartException problem)
        {
            await error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return GatewayProgram.CannotStart;
        }

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            told.TrySetResult();
        }
    }

    private static string Greet(SiloHost host)
    {
        var options = host.Options;
        var silo = options.Role == SiloRole.Gateway ? "none here" : $"{options.Silo}, gateways on {options.GatewayPort}";
        var cluster = $"{options.Cluster}, by {(object?)options.Clustering ?? "this machine alone"}";
        (string, string)[] more = [.. Greeting.Outbox(host.Receivers), ("silo", silo), ("cluster", cluster)];
        return host.Server is { } server
            ? Greeting.Of(server.Http, server.Grpc, options.Gateway, host.Playbooks.InForce, more)
            : Greeting.Of(options.Gateway, host.Playbooks.InForce, more);
    }
}
