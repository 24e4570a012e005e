using System.CommandLine;
using System.CommandLine.Parsing;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Gateway.Access;
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

    private readonly Option<string?> _tlsCertificate = new("--tls-cert")
    {
        Description = "The certificate to answer with, in PEM, those between it and its root behind it; read again when it changes. With --tls-key.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _tlsKey = new("--tls-key") { Description = "The private key of --tls-cert, in PEM.", HelpName = "FILE" };

    private readonly Option<string> _workspaces = new("--workspaces")
    {
        Description = "Workspaces to serve beside the default one: homes of their own, in folders or schemas of their own, which share nothing.",
        HelpName = "NAME,NAME",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string> _customerLimit = new("--customer-limit")
    {
        Description = "Turns of one customer a second / at once that keys of channels may bring, or none.",
        HelpName = $"{RateLimit.Example}|{RateLimit.None}",
        DefaultValueFactory = _ => new GatewayOptions().CustomerLimit!.Value.ToString(),
    };

    private readonly Option<int> _accessLogDays = new("--access-log-days")
    {
        Description = "How many days it is kept who looked at what and changed what.",
        HelpName = "DAYS",
        DefaultValueFactory = _ => (int)new GatewayOptions().AccessLogKept.TotalDays,
    };

    private readonly Option<StoreAddress?> _vault = VaultCommand.Option(providers);

    private readonly Option<string?> _masterKey = VaultCommand.MasterKeyOption();

    public Option<ListenAddress> Grpc { get; } = Address("--grpc", "Where to answer gRPC (HTTP/2; without --tls-cert in the clear).", new GatewayOptions().Grpc);

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
        AddAccessTo(command);
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

    private void AddAccessTo(Command command)
    {
        command.Add(_tlsCertificate);
        command.Add(_tlsKey);
        command.Add(_workspaces);
        command.Add(_customerLimit);
        command.Add(_accessLogDays);
        command.Validators.Add(given =>
        {
            if (given.GetValue(_tlsCertificate) is null != given.GetValue(_tlsKey) is null)
            {
                given.AddError("--tls-cert and --tls-key: one without the other is of no use.");
            }

            if (given.GetValue(_customerLimit) is { } limit && !RateLimit.TryParse(limit, out _))
            {
                given.AddError($"--customer-limit: turns a second / at once, such as {RateLimit.Example}, or {RateLimit.None}.");
            }

            foreach (var name in Names(given.GetValue(_workspaces)).Where(name => name == Workspace.Default || !Workspace.CanBeNamed(name)))
            {
                given.AddError($"--workspaces: '{name}' can't be the name of one: at most {Workspace.NameLength} small letters, digits and underlines, not default, cluster or vault.");
            }

            if (Names(given.GetValue(_workspaces)) is { } names && (names.Distinct().Count() != names.Length || names.Length >= Workspace.Most))
            {
                given.AddError($"--workspaces: each once, and fewer than {Workspace.Most}.");
            }

            if (given.GetResult(_accessLogDays) is { } days && days.GetValueOrDefault<int>() is < 1 or > 36_500)
            {
                given.AddError("--access-log-days: a number from 1 to 36500.");
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
        Tls = parsed.GetValue(_tlsCertificate) is { } certificate ? new TlsFiles(certificate, parsed.GetValue(_tlsKey)!) : null,
        Workspaces = [.. Names(parsed.GetValue(_workspaces))],
        CustomerLimit = RateLimit.TryParse(parsed.GetRequiredValue(_customerLimit), out var limit) ? limit : null,
        AccessLogKept = TimeSpan.FromDays(parsed.GetValue(_accessLogDays)),
    };

    private static string[] Names(string? text) => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

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
