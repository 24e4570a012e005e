using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Orleans.TestingHost;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Outbox;
using SegmentOfOne.Gateway.Treatments;
using SegmentOfOne.Silo.Clocks;
using SegmentOfOne.Silo.Customers;
using SegmentOfOne.Silo.Hosting;
using SegmentOfOne.Silo.Playbooks;
using SegmentOfOne.Silo.Queries;

namespace SegmentOfOne.SiloTestHost;

/// <summary>
/// A cluster in one process: silos that talk through memory, each with a home on the same database and a gateway on ports of its own.
/// </summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly int _port;
    private readonly TextWriter _output;
    private readonly ILoggerFactory _logs = GatewayServer.OpenLogs();
    private readonly SharedDatabase? _database;
    private readonly Contents _contents = new();
    private readonly ReceiversWatch _receivers;
    private readonly ConcurrentDictionary<string, (CustomerHome Home, LocalCustomers Local)> _homes = new();
    private readonly List<TestSilo> _silos = [];
    private readonly InProcessTestCluster _cluster;
    private int _started;

    private TestHost(short silos, GatewayOptions options, int port, TextWriter output)
    {
        _receivers = options.OpenReceivers(_logs);
        (_options, _time, _port, _output) = (options, options.Time(), port, output);
        _database = options.Store.OpenDatabase();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.InitializeClientOnDeploy = false;
#pragma warning disable ORLEANSEXP003 // As the program itself.
        builder.Options.UseDistributedGrainDirectory = true;
#pragma warning restore ORLEANSEXP003
        builder.ConfigureSilo((options, silo) =>
        {
            var (home, local) = _homes.GetOrAdd(options.SiloName, _ => (OpenHome(), new LocalCustomers()));
            silo.AddMemoryGrainStorage(PlaybookGrain.Storage).AddCustomers(home, local);
        });
        builder.ConfigureSiloHost((_, host) => host.Services.AddSingleton(_logs));
        _cluster = builder.Build();
    }

    /// <summary>Starts the silos and says so.</summary>
    /// <param name="options">Of all gateways, but for their ports.</param>
    public static async Task<TestHost> Start(short silos, GatewayOptions options, int port, TextWriter output)
    {
        var host = new TestHost(silos, options, port, output);
        try
        {
            await host._cluster.DeployAsync();
            foreach (var silo in host._cluster.Silos)
            {
                await host.Open(silo);
            }

            await output.WriteLineAsync($"Ready: {silos} silos on {options.Store}.");
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Does what each line says, until there are no more or one says quit.</summary>
    public async Task Obey(TextReader input)
    {
        while (await input.ReadLineAsync() is { } line && line.Trim() != "quit")
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case ["add"]:
                    await Open(await _cluster.StartAdditionalSiloAsync());
                    break;
                case [("kill" or "stop") and var how, var number] when Find(number) is { } silo:
                    await Close(silo, isKill: how == "kill");
                    await _output.WriteLineAsync($"{silo.Number}: gone, {_silos.Count} silos left");
                    break;
                default:
                    await _output.WriteLineAsync($"'{line}' is not kill I, stop I, add or quit, of one of: {string.Join(", ", _silos.Select(silo => silo.Number))}");
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_silos.Count > 0)
        {
            await Close(_silos[^1], isKill: false);
        }

        await _cluster.DisposeAsync();
        _receivers.Dispose();
        _database?.Source.Dispose();
        _logs.Dispose();
    }

    private TestSilo? Find(string number) =>
        int.TryParse(number, CultureInfo.InvariantCulture, out var wanted) ? _silos.Find(silo => silo.Number == wanted) : null;

    private CustomerHome OpenHome() =>
        _options.Open(_database, null, _contents, _receivers, _time, _logs, CustomerHome.Open, default).GetAwaiter().GetResult();

    private async Task Open(InProcessSiloHandle silo)
    {
        var (home, local) = _homes[silo.Name];
        var grains = silo.ServiceProvider.GetRequiredService<IGrainFactory>();
        var number = _started++;
        var options = _options with
        {
            Http = new ListenAddress(IPAddress.Loopback, _port == 0 ? 0 : _port + (2 * number)),
            Grpc = new ListenAddress(IPAddress.Loopback, _port == 0 ? 0 : _port + (2 * number) + 1),
        };
        var engine = new ServedEngine(
            new ClusterCustomers(grains, home, local), new ClusterPlaybooks(grains, home.Playbooks), new ClusterQueries(grains, home.Queries), _contents, home.Outbox,
            _options.OpenAccess(_database), home.KeyOf)
        {
            Erasures = new ClusterErasures(grains, home),
            Identities = home.Names,
            WakeDue = ct => OneClock.WakeDue([.. _silos.Select(one => one.Home)], ct),
        };
        var gateway = await GatewayServer.Start(options, engine, _time, _logs, default);
        _silos.Add(new TestSilo(number, silo, gateway, home));
        await _output.WriteLineAsync(_silos[^1].ToString());
    }

    private async Task Close(TestSilo silo, bool isKill)
    {
        _silos.Remove(silo);
        if (isKill)
        {
            // Its activations are given up without a word, as when a process dies; then nobody is left to ask there.
            await _cluster.KillSiloAsync(silo.Silo);
            await silo.Gateway.DisposeAsync();
        }
        else
        {
            await silo.Gateway.DisposeAsync();
            await _cluster.StopSiloAsync(silo.Silo);
        }

        await silo.Home.DisposeAsync();
    }
}
