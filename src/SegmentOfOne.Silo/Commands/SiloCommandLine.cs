using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SegmentOfOne.Gateway.Commands;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Silo.Hosting;

namespace SegmentOfOne.Silo.Commands;

/// <summary>The command line of a process of a cluster: the gateway's options, and what a cluster needs beside them.</summary>
public static class SiloCommandLine
{
    private static readonly Option<SiloRole> Role = new("--role")
    {
        Description = "both: customers live here, and callers are served; silo: customers only; gateway: callers only.",
        HelpName = "both|silo|gateway",
    };

    private static readonly Option<StoreAddress?> Clustering = new("--clustering")
    {
        Description = "The database by which silos find each other; that of --store when absent.",
        HelpName = "DATABASE",
        CustomParser = result => StoreCommand.Parse(result, DatabaseProviders.Known),
    };

    private static readonly Option<bool> Localhost = new("--localhost")
    {
        Description = "One silo on this machine, without a database to find others by.",
    };

    private static readonly Option<string> Cluster = new("--cluster")
    {
        Description = "The cluster's name: processes that give the same one belong together.",
        HelpName = "NAME",
        DefaultValueFactory = _ => new SiloOptions().Cluster,
    };

    private static readonly Option<IPEndPoint?> Silo = new("--silo")
    {
        Description = $"Where other silos reach this one; this machine's first address and port {SiloOptions.StandardPort} when absent.",
        HelpName = "ADDRESS:PORT",
        CustomParser = ReadEndPoint,
    };

    private static readonly Option<int> GatewayPort = new("--silo-gateway")
    {
        Description = "The port on the silo's address where gateways of other processes reach it.",
        HelpName = "PORT",
        DefaultValueFactory = _ => SiloOptions.StandardGatewayPort,
    };

    /// <summary>Runs what <paramref name="args"/> ask for and returns the exit code.</summary>
    public static Task<int> Invoke(string[] args)
    {
        var root = new RootCommand("Gives every customer one live home on the machines of a cluster, and answers each interaction with what to do next.")
        {
            Role, Clustering, Localhost, Cluster, Silo, GatewayPort,
        };
        var gateway = new GatewayArguments(DatabaseProviders.Known);
        gateway.AddTo(root);
        root.Add(PlaybookCommand.Create());
        root.Add(StoreCommand.Create(gateway.Store));
        root.Add(KeysCommand.Create(gateway.Store));
        root.Add(VaultCommand.CreateVault(DatabaseProviders.Known));
        root.Add(VaultCommand.CreateErasure(DatabaseProviders.Known));
        root.Add(HealthCommand.Create(gateway.Grpc, Silo));
        root.SetAction((parsed, _) => Run(parsed, gateway.Read(parsed)));
        return CommandLine.Invoke(root, args);
    }

    private static async Task<int> Run(ParseResult parsed, GatewayOptions gateway)
    {
        var options = Options(parsed, gateway);
        if (!parsed.GetValue(Localhost) && options.Clustering?.Invariant is null)
        {
            await Console.Error.WriteLineAsync(
                "Silos find each other by a database, not by a folder: name it with --clustering or --store, or try one silo with --localhost.").ConfigureAwait(false);
            return CommandLine.WrongUsage;
        }

        if (options.Gateway.ClockStands && !options.IsAlone)
        {
            await Console.Error.WriteLineAsync(
                "--clock-stands: nobody can move the clocks of several processes at once. Move that of one silo alone, with --localhost.").ConfigureAwait(false);
            return CommandLine.WrongUsage;
        }

        return await SiloProgram.Run(options, Console.Out, Console.Error).ConfigureAwait(false);
    }

    private static SiloOptions Options(ParseResult parsed, GatewayOptions gateway)
    {
        var alone = parsed.GetValue(Localhost);
        return new SiloOptions
        {
            Gateway = gateway,
            Role = parsed.GetValue(Role),
            Clustering = alone ? null : parsed.GetValue(Clustering) ?? gateway.Store,
            Cluster = parsed.GetValue(Cluster)!,
            Silo = parsed.GetValue(Silo) ?? new IPEndPoint(alone ? IPAddress.Loopback : OwnAddress(), SiloOptions.StandardPort),
            GatewayPort = parsed.GetValue(GatewayPort),
        };
    }

    /// <summary>The first address of this machine that others can reach; loopback where there is none.</summary>
    private static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork, IPAddress.Loopback);

    private static IPEndPoint? ReadEndPoint(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (IPEndPoint.TryParse(text, out var address) && text.Contains(':', StringComparison.Ordinal) && !address.Address.Equals(IPAddress.Any))
        {
            return address;
        }

        result.AddError($"--silo: '{text}' is not ADDRESS:PORT, such as 10.0.0.7:{SiloOptions.StandardPort}; the address is one that others reach.");
        return null;
    }
}
