using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Vault;
using SegmentOfOne.Gateway.Outbox;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>What the command line asks of one running gateway.</summary>
public sealed record GatewayOptions
{
    public ListenAddress Http { get; init; } = new(System.Net.IPAddress.Loopback, 8080);

    /// <summary>gRPC over HTTP/2; without <see cref="Tls"/> in the clear (h2c).</summary>
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

    /// <summary>Certificate and private key in PEM; null: in the clear.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>Workspaces that are served beside the default one, by name.</summary>
    public ImmutableArray<string> Workspaces { get; init; } = [];

    /// <summary>Which of them these options are for.</summary>
    public string Workspace { get; init; } = Access.Workspace.Default;

    /// <summary>Turns of one customer by keys of channels; null: as many as they like.</summary>
    public RateLimit? CustomerLimit { get; init; } = new RateLimit(50, 200);

    /// <summary>How long entries of the access log are kept.</summary>
    public TimeSpan AccessLogKept { get; init; } = TimeSpan.FromDays(400);

    /// <summary>The clock of keys, limits and the access log: the time it is, whatever customers live by.</summary>
    public TimeProvider AccessTime { get; init; } = TimeProvider.System;

    /// <summary>These options for one of the workspaces. Where a file's name has <c>{workspace}</c> in it, each workspace has its own; other files are
    /// the default one's.</summary>
    public GatewayOptions Of(string workspace) => this with
    {
        Workspace = workspace,
        Store = Store.Of(workspace),
        Vault = VaultOf(workspace),
        PlaybookFile = FileOf(PlaybookFile, workspace),
        ReceiversFile = FileOf(ReceiversFile, workspace),
    };

    /// <summary>The vault of a workspace: never within a data folder, copies of which are made without keys.</summary>
    private StoreAddress? VaultOf(string workspace) =>
        workspace == Access.Workspace.Default || Vault?.FolderPath == NoVault ? Vault
        : (Vault ?? (Store.FolderPath is { } folder ? StoreAddress.Folder(VaultOptions.Beside(folder)) : null))?.Of(workspace);

    private static string? FileOf(string? file, string workspace) =>
        file is not null && file.Contains("{workspace}", StringComparison.Ordinal) ? file.Replace("{workspace}", workspace, StringComparison.Ordinal)
        : workspace == Access.Workspace.Default ? file
        : null;

    /// <summary>Whether it listens where others than this machine can reach it.</summary>
    public bool ServesOthers => !Http.IsLoopback || !Grpc.IsLoopback;

    /// <summary>The clock to run by.</summary>
    public TimeProvider Time() => Clock is not { } start ? TimeProvider.System
        : ClockStands ? new StandingTimeProvider(start)
        : new ShiftedTimeProvider(start);

    /// <summary>Reads the file that says where messages go, and goes on to.</summary>
    /// <exception cref="GatewayStartException">There are mistakes in it.</exception>
    public ReceiversWatch OpenReceivers(ILoggerFactory logs) => new(ReceiversFile, logs.CreateLogger<ReceiversWatch>());

    /// <summary>Opens where keys and the access log are kept.</summary>
    /// <exception cref="GatewayStartException">Something that the operator can put right.</exception>
    public IAccessStore OpenAccess(SharedDatabase? database)
    {
        try
        {
            return database is null ? AccessStore.Open(Store.FolderPath!) : AccessStore.Open(database);
        }
        catch (Exception exception) when (exception is DataFolderException or SharedDatabaseException)
        {
            throw new GatewayStartException(exception.Message, exception);
        }
    }

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
            Workspace = Workspace,
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
        if (Workspaces.Length > 0)
        {
            // Homes share what memory there is.
            settings = settings with
            {
                MemoryBudgetBytes = Math.Max(64L << 20, settings.MemoryBudgetBytes / (Workspaces.Length + 1)),
                MaxIdBytes = Math.Max(1L << 20, settings.MaxIdBytes / (Workspaces.Length + 1)),
            };
        }

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
