using SegmentOfOne.Engine;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>A running gateway over embedded engines, one a workspace. Disposing it finishes begun turns, checkpoints, and lets the stores go.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private readonly GatewayServer _server;
    private readonly IReadOnlyList<OpenedWorkspace> _workspaces;
    private readonly ILoggerFactory _logs;

    private GatewayHost(GatewayServer server, IReadOnlyList<OpenedWorkspace> workspaces, GatewayOptions options, ILoggerFactory logs)
    {
        (_server, _workspaces, _logs) = (server, workspaces, logs);
        Options = options;
    }

    /// <inheritdoc cref="GatewayServer.Http"/>
    public Uri Http => _server.Http;

    /// <inheritdoc cref="GatewayServer.Grpc"/>
    public Uri Grpc => _server.Grpc;

    /// <inheritdoc cref="GatewayServer.Endpoints"/>
    public IReadOnlyList<Endpoint> Endpoints => _server.Endpoints;

    public GatewayOptions Options { get; }

    /// <summary>That of the default workspace.</summary>
    public EmbeddedEngine Engine => _workspaces[0].Engine;

    /// <inheritdoc cref="Outbox.ReceiversWatch.Describe"/>
    public string? Receivers => _workspaces[0].Receivers.Describe(Engine.Playbooks.InForce.Playbook);

    /// <summary>Opens the stores, then listens.</summary>
    /// <exception cref="GatewayStartException">Something that the operator can put right.</exception>
    public static async Task<GatewayHost> Start(GatewayOptions options, CancellationToken ct)
    {
        var logs = GatewayServer.OpenLogs();
        var workspaces = new List<OpenedWorkspace>();
        try
        {
            foreach (var name in options.Workspaces.Insert(0, Access.Workspace.Default))
            {
                workspaces.Add(await OpenedWorkspace.Open(options.Of(name), logs, ct).ConfigureAwait(false));
            }

            var first = workspaces[0].Served;
            var server = await GatewayServer.Start(options, [.. workspaces.Select(one => one.Served)], first.Time!, logs, ct).ConfigureAwait(false);
            foreach (var workspace in workspaces)
            {
                workspace.Receivers.Watch(workspace.Engine.Playbooks);
            }

            return new GatewayHost(server, workspaces, options, logs);
        }
        catch (Exception)
        {
            await End(workspaces).ConfigureAwait(false);
            logs.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="GatewayServer.WaitForShutdown()"/>
    public Task WaitForShutdown() => _server.WaitForShutdown();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        await End(_workspaces).ConfigureAwait(false);
        _logs.Dispose();
    }

    // All at once: each is given a few seconds to save what it has.
    private static Task End(IReadOnlyList<OpenedWorkspace> workspaces) =>
        Task.WhenAll(workspaces.Select(workspace => workspace.DisposeAsync().AsTask()));
}
