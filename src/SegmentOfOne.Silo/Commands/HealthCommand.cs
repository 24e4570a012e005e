using System.CommandLine;
using System.Net.Sockets;
using SegmentOfOne.Gateway.Commands;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Silo.Commands;

/// <summary><c>health</c>: for whoever watches over containers, which have no shell and no other tool to ask with.</summary>
public static class HealthCommand
{
    /// <summary>Exit code of a process that is not well.</summary>
    public const int Unwell = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var address = new Argument<string>("ADDRESS:PORT") { Description = "Where the process listens: its --http, or its --silo where it has no gateway." };
        var health = new Command("health", "Exits with 0 when a process takes connections there, else with 1.") { address };
        health.SetAction((parsed, ct) => Ask(parsed.GetRequiredValue(address), Console.Error, ct));
        return health;
    }

    private static async Task<int> Ask(string text, TextWriter error, CancellationToken ct)
    {
        if (!System.Net.IPEndPoint.TryParse(text, out var address))
        {
            await error.WriteLineAsync($"'{text}' is not ADDRESS:PORT.").ConfigureAwait(false);
            return CommandLine.WrongUsage;
        }

        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, ct).AsTask().WaitAsync(Patience, ct).ConfigureAwait(false);
            return 0;
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException)
        {
            await error.WriteLineAsync($"{address}: {exception.Message}").ConfigureAwait(false);
            return Unwell;
        }
    }
}
