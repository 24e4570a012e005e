using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Contracts.HealthV1;

namespace SegmentOfOne.Silo.Commands;

/// <summary><c>health</c>: for whoever watches over containers, which have no shell and no other tool to ask with.</summary>
public static class HealthCommand
{
    /// <summary>Exit code of a process that is not well.</summary>
    public const int Unwell = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Check = new(HealthReflection.Descriptor.Services[0], "Check");

    /// <param name="grpc">Where the gateway answers; the command takes the option too.</param>
    /// <param name="silo">Where the silo is reached, as well.</param>
    public static Command Create(Option<ListenAddress> grpc, Option<IPEndPoint?> silo)
    {
        var health = new Command("health", "Exits with 0 when the gateway at --grpc says that it serves, or, where --silo is given, when the silo there takes connections; else with 1.") { grpc, silo };
        health.SetAction((parsed, ct) => Ask(
            parsed.GetValue(silo) is { } address ? Connect(address, ct) : Ask(parsed.GetValue(grpc), ct), Console.Error));
        return health;
    }

    private static async Task<int> Ask(Task<string?> question, TextWriter error)
    {
        if (await question.ConfigureAwait(false) is not { } trouble)
        {
            return 0;
        }

        await error.WriteLineAsync(trouble).ConfigureAwait(false);
        return Unwell;
    }

    /// <summary>What is wrong; null: nothing.</summary>
    private static async Task<string?> Ask(ListenAddress gateway, CancellationToken ct)
    {
        var address = new IPEndPoint(gateway.Host, gateway.Port);
        using var channel = new GrpcChannel(new Uri($"http://{address}"), new GrpcChannelOptions { ConnectTimeout = Patience });
        try
        {
            var health = await channel.UnaryAsync(Check, new HealthCheckRequest(), new GrpcCallOptions { Timeout = Patience }, ct).ConfigureAwait(false);
            return health.Status == HealthCheckResponse.Types.ServingStatus.Serving ? null : $"{address}: {health.Status}";
        }
        catch (GrpcException exception)
        {
            return $"{address}: {exception.Message}";
        }
    }

    /// <inheritdoc cref="Ask(ListenAddress, CancellationToken)"/>
    private static async Task<string?> Connect(IPEndPoint silo, CancellationToken ct)
    {
        using var socket = new Socket(silo.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(silo, ct).AsTask().WaitAsync(Patience, ct).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException)
        {
            return $"{silo}: {exception.Message}";
        }
    }
}
