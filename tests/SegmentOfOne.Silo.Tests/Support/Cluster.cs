using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace SegmentOfOne.Silo.Tests.Support;

/// <summary>Silos with their gateways, a process each, on one database.</summary>
internal sealed class Cluster : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string[] _options;
    private readonly List<SiloProcess> _gone = [];

    private Cluster(string database, int silos)
    {
        _options = ["--store", $"Invariant=Npgsql;{database}"];
        Silos = new SiloProcess[silos];
    }

    public SiloProcess[] Silos { get; }

    /// <summary>Starts the silos and waits until each sees them all.</summary>
    public static async Task<Cluster> Start(string database, int silos)
    {
        var cluster = new Cluster(database, silos);
        try
        {
            // The first one makes the schema; the others need not wait for each other.
            cluster.Silos[0] = await SiloProcess.Start(cluster._options);
            await Parallel.ForAsync(1, silos, async (i, _) => cluster.Silos[i] = await SiloProcess.Start(cluster._options));
            await Task.WhenAll(Enumerable.Range(0, silos).Select(i => cluster.WaitForMembers(i, silos)));
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Puts a new silo in the place of one that ended.</summary>
    public async Task Replace(int i)
    {
        _gone.Add(Silos[i]);
        Silos[i] = await SiloProcess.Start(_options);
    }

    public async Task<JsonObject> Overview(int i)
    {
        using var http = new HttpClient();
        return (await http.GetFromJsonAsync<JsonObject>(new Uri(Silos[i].Http, "/admin/v1/overview")))!;
    }

    /// <summary>Waits until a silo sees so many, all of which answer.</summary>
    public async Task<JsonArray> WaitForMembers(int i, int members)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if ((await Overview(i))["members"] is JsonArray seen && seen.Count == members && seen.All(member => member!["playbook_version"] is not null))
            {
                return seen;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    public void Dispose()
    {
        foreach (var silo in Silos.Concat(_gone).OfType<SiloProcess>())
        {
            silo.Dispose();
        }
    }
}
