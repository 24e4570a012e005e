using System.CommandLine;
using System.CommandLine.Parsing;
using SegmentOfOne.Domain;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Commands;

/// <summary>The options of a gateway, for the command line of a program that has these kinds of databases.</summary>
public sealed class GatewayArguments(params IReadOnlyList<DatabaseProvider> providers)
{
    private readonly Option<ListenAddress> _http = Address("--http", "Where to answer HTTP (JSON).", new GatewayOptions().Http);

    private readonly Option<string?> _playbook = new("--playbook")
    {
        Description = "The playbook to have in force; published as a new version when it differs from the one in force.",
        HelpName = "FILE",
    };

    private readonly Option<Instant?> _clock = new("--clock")
    {
        Description = "Run as if it were then and go on from there, such as " + InstantText.Example + ".",
        HelpName = "INSTANT",
        CustomParser = ReadInstant,
    };

    private readonly Option<bool> _clockStands = new("--clock-stands")
    {
        Description = "The clock stands where --clock puts it until PUT /admin/v1/clock moves it on.",
    };

    private readonly Option<bool> _onePerson = new("--one-person") { Description = "Who drafts a playbook may approve it too, or put one in force without a draft; otherwise somebody else has to approve it." };

    private readonly Option<string?> _receivers = new("--receivers")
    {
        Description = "Where messages go that journeys leave: JSON, for each receiver its url and secrets; read again when it changes.",
        HelpName = "FILE",
    };

    private readonly Option<StoreAddress?> _vault = VaultCommand.Option(providers);

    private readonly Option<string?> _masterKey = VaultCommand.MasterKeyOption();

    public Option<ListenAddress> Grpc { get; } = Address("--grpc", "Where to answer gRPC (HTTP/2 without TLS).", new GatewayOptions().Grpc);

    public Option<StoreAddress> Store { get; } = StoreCommand.Option(providers);

    public void AddTo(Command command)
    {
        command.Add(_http);
        command.Add(Grpc);
        command.Add(Store);
        command.Add(_vault);
        command.Add(_masterKey);
        command.Add(_playbook);
        command.Add(_receivers);
        command.Add(_onePerson);
        AddClockTo(command);
    }

    /// <summary>Only those that say what time it is.</summary>
    public void AddClockTo(Command command)
    {
        command.Add(_clock);
        command.Add(_clockStands);
        command.Validators.Add(given =>
        {
            if (given.GetValue(_clockStands) && given.GetResult(_clock) is null)
            {
                given.AddError("--clock-stands: say where with --clock.");
            }
        });
    }

    public GatewayOptions Read(ParseResult parsed) => new()
    {
        Http = parsed.GetValue(_http),
        Grpc = parsed.GetValue(Grpc),
        Store = parsed.GetRequiredValue(Store),
        Vault = parsed.GetValue(_vault),
        MasterKeyFile = parsed.GetValue(_masterKey),
        PlaybookFile = parsed.GetValue(_playbook),
        ReceiversFile = parsed.GetValue(_receivers),
        Clock = parsed.GetValue(_clock),
        ClockStands = parsed.GetValue(_clockStands),
        OnePerson = parsed.GetValue(_onePerson),
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
