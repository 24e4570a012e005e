using System.CommandLine;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Commands;

/// <summary>The command line of the gateway: options of the run itself, and the subcommands for playbooks and the store.</summary>
public static class CommandLine
{
    /// <summary>Exit code for a command line that cannot be understood or is refused.</summary>
    public const int WrongUsage = 2;

    /// <summary>Runs what <paramref name="args"/> ask of the gateway and returns the exit code.</summary>
    public static Task<int> Invoke(string[] args)
    {
        var root = new RootCommand("Gives every customer one live home, and answers each interaction with what to do next.");
        var gateway = new GatewayArguments(DatabaseProvider.Npgsql);
        gateway.AddTo(root);
        root.Add(PlaybookCommand.Create());
        root.Add(StoreCommand.Create(gateway.Store));
        root.Add(KeysCommand.Create(gateway.Store));
        root.Add(VaultCommand.CreateVault(DatabaseProvider.Npgsql));
        root.Add(VaultCommand.CreateErasure(DatabaseProvider.Npgsql));
        root.SetAction((parsed, _) => GatewayProgram.Run(gateway.Read(parsed), Console.Out, Console.Error));
        return Invoke(root, args);
    }

    /// <summary>Runs what <paramref name="args"/> ask of a program and returns the exit code.</summary>
    public static async Task<int> Invoke(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            // The host listens for Ctrl-C and SIGTERM itself: it has turns to finish.
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }

        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync(error.Message).ConfigureAwait(false);
        }

        await Console.Error.WriteLineAsync("See --help.").ConfigureAwait(false);
        return WrongUsage;
    }
}
