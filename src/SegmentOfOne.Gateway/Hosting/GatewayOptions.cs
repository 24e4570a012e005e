using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Vault;
using SegmentOfOne.Gateway.Outbox;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>What the command line asks of one running gateway.</summary>
public sealed record GatewayOptions
{
    public ListenAddress Http { get; init; } = new(System.Net.IPAddress.Loopback, 8080);

    /// <summary>gRPC over HTTP/2 without TLS (h2c).</summary>
    public ListenAddress Grpc { get; init; } = new(System.Net.IPAddress.Loopback, 8081);

    /// <summary>Where customers are kept.</summary>
    public StoreAddress Store { get; init; } = StoreAddress.Folder("data");

    /// <summary>Where the keys of customers are kept: a folder, a database, or the folder <see cref="NoVault"/>, which is none; null: beside the data.</summary>
    public StoreAddress? Vault { get; init; }

    /// <summary>The file with the master key; null: that of the environment, or one that is in the vault.</summary>
    public string? MasterKeyFile { get; init; }

    /// <summary>Says that there is to be no vault.</summary>
    public const string NoVault = "none";

    /// <summary>A playbook document to be in force from the start; null: the one in force stays (at first the built-in one).</summary>
    public string? PlaybookFile { get; init; }

    /// <summary>The file that says where messages go; null: they wait.</summary>
    public string? ReceiversFile { get; init; }

    /// <summary>Run as if it were then, and go on from there; null: the time it is.</summary>
    public Instant? Clock { get; init; }

    /// <summary>The clock stands at <see cref="Clock"/> until it is moved.</summary>
    public bool ClockStands { get; init; }

    /// <summary>Who drafts a playbook may approve it too, and one may be put in force without a draft.</summary>
    public bool OnePerson { get; init; }

    /// <summary>The clock to run by.</summary>
    public TimeProvider Time() => Clock is not { } start ? TimeProvider.System
        : ClockStands ? new StandingTimeProvider(start)
        : new ShiftedTimeProvider(start);

    /// <summary>Reads the file that says where messages go, and goes on to.</summary>
    /// <exception cref="GatewayStartException">There are mistakes in it.</exception>
    public ReceiversWatch OpenReceivers(ILoggerFactory logs) => new(ReceiversFile, logs.CreateLogger<ReceiversWatch>());

    /// <summary>Opens what customers live in, with these options.</summary>
    /// <exception cref="GatewayStartException">Something that the operator can put right.</exception>
    public async Task<T> Open<T>(
        SharedDatabase? database, SharedDatabase? vault, Contents contents, ReceiversWatch receivers, TimeProvider time, ILoggerFactory logs, Func<EngineOptions, CancellationToken, Task<T>> open, CancellationToken ct)
    {
        var settings = new EngineOptions
        {
            DataFolder = Store.FolderPath,
            Database = database,
            Time = time,
            WakesByHand = time is StandingTimeProvider,
            Log = logs.CreateLogger<T>(),
            Vault = new VaultOptions
            {
                Folder = Vault?.FolderPath,
                Database = vault,
                MasterKey = Hosting.MasterKeyFile.Read(MasterKeyFile),
                Encrypts = Vault?.FolderPath != NoVault,
            },
            Prepare = contents.Prepare,
            TwoPersons = !OnePerson,
            Outbox = new OutboxOptions { Receivers = receivers.Receivers, MakeBody = new MessageBodies(contents).Make },
        };
        if (PlaybookFile is { } file)
        {
            settings = settings with { Playbook = Hosting.PlaybookFile.Read(file) };
        }

        try
        {
            return await open(settings, ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DataFolderException or SharedDatabaseException)
        {
            throw new GatewayStartException(exception.Message, exception);
        }
        catch (InvalidPlaybookException exception)
        {
            throw new GatewayStartException($"{PlaybookFile}: {exception.Message}", exception);
        }
    }
}
