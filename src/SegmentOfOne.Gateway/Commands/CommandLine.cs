using System.CommandLine;
using System.CommandLine.Parsing;
using SegmentOfOne.Domain;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Commands;

/// <summary>The command line of the gateway: options of the run itself, and the subcommands for playbooks and the store.</summary>
public static class CommandLine
{
    /// <summary>Exit code for a command line that cannot be understood or is refused.</summary>
    public const int WrongUsage = 2;

    private static readonly Option<ListenAddress> Http = Address("--http", "Where to answer HTTP (JSON).", new GatewayOptions().Http);
    private static readonly Option<ListenAddress> Grpc = Address("--grpc", "Where to answer gRPC (HTTP/2 without TLS).", new GatewayOptions().Grpc);

    private static readonly Option<StoreAddress> Store = StoreCommand.Option(DatabaseProvider.Npgsql);

    private static readonly Option<string?> Playbook = new("--playbook")
    {
        Description = "The playbook to have in force; published as a new version when it differs from the one in force.",
        HelpName = "FILE",
    };

    private static readonly Option<Instant?> Clock = new("--clock")
    {
        Description = "Run as if it were then and go on from there, such as " + InstantText.Example + ".",
        HelpName = "INSTANT",
        CustomParser = ReadInstant,
    };

    /// <summary>Runs what <paramref name="args"/> ask for and returns the exit code.</summary>
    public static async Task<int> Invoke(string[] args)
    {
        var root = new RootCommand("Gives every customer one live home, and answers each interaction with what to do next.") { Http, Grpc, Store, Playbook, Clock };
        root.Add(PlaybookCommand.Create());
        root.Add(StoreCommand.Create(Store));
        root.SetAction((parsed, _) => GatewayProgram.Run(Options(parsed), Console.Out, Console.Error));

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

    private static GatewayOptions Options(ParseResult parsed) => new()
    {
        Http = parsed.GetValue(Http),
        Grpc = parsed.GetValue(Grpc),
        Store = parsed.GetRequiredValue(Store),
        PlaybookFile = parsed.GetValue(Playbook),
        Clock = parsed.GetValue(Clock),
    };

    private static Option<ListenAddress> Address(string name, string description, ListenAddress standard) => new(name)
    {
        Description = description,
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => standard,
        CustomParser = result =>
        {
            if (!ListenAddress.TryParse(result.Tokens[0].Value, out var address, out var problem))
            {
                result.AddError($"{name}: {problem}");
            }

            return address;
        },
    };

    private static Instant? ReadInstant(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (InstantText.TryParse(text, out var instant))
        {
            return instant;
        }

        result.AddError($"--clock: '{text}' is not an instant from 1970 on, such as {InstantText.Example}.");
        return null;
    }
}
