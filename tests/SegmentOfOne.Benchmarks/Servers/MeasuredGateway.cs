using SegmentOfOne.Benchmarks.Decisions;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;

namespace SegmentOfOne.Benchmarks.Servers;

/// <summary>A gateway on an empty data folder or database, with what was answered by it counted, so that at the end it can be held to it.</summary>
public sealed class MeasuredGateway : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo? _data;
    private long _answered;

    private MeasuredGateway(ServerProcess process, DirectoryInfo? data)
    {
        (Process, _data) = (process, data);
    }

    /// <summary>The process itself.</summary>
    public ServerProcess Process { get; }

    /// <summary>Turns answered so far, measured or not.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    public static Task<MeasuredGateway> Start(CancellationToken ct) => Start("gateway", ct);

    /// <param name="name">What results call it.</param>
    public static async Task<MeasuredGateway> Start(string name, CancellationToken ct, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("measured-gateway-");
        var data = Path.Combine(folder.FullName, "data");
        return new MeasuredGateway(await ServerProcess.StartGateway(name, Built.Gateway, data, ct, options), folder);
    }

    /// <summary>One whose placement <see cref="Shop.Offer"/> has 20 actions to choose from, all else being as the default playbook has it.</summary>
    public static async Task<MeasuredGateway> StartWithOffers(string name, CancellationToken ct, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("measured-gateway-");
        var data = Path.Combine(folder.FullName, "data");
        string[] all = [.. options, "--playbook", Shop.WriteOffers(folder.FullName)];
        return new MeasuredGateway(await ServerProcess.StartGateway(name, Built.Gateway, data, ct, all), folder);
    }

    /// <summary>One on a data folder that stays when this is disposed. What it keeps from before, <see cref="Audit"/> doesn't know.</summary>
    public static async Task<MeasuredGateway> StartOn(string data, string name, CancellationToken ct, params string[] options) =>
        new(await ServerProcess.StartGateway(name, Built.Gateway, data, ct, options), null);

    /// <summary>A process that was started on an empty database.</summary>
    public static MeasuredGateway Over(ServerProcess process) => new(process, null);

    /// <summary>Runs a load that is not measured: to make customers known and code compiled.</summary>
    public LoadResult Warm(Func<LoadResult> load)
    {
        var result = load();
        Interlocked.Add(ref _answered, result.Answered);
        return result;
    }

    /// <summary>Runs a load and measures it.</summary>
    public Task<Measured> Run(Func<LoadResult> load, CancellationToken ct) => Measured.Run(Process.Name, Quiet, () => Warm(load), ct);

    /// <summary>Waits until its store has every turn, so that checkpoints are counted to whoever caused them and disturb nobody else, and the process is quiet.</summary>
    public async Task<Reading> Quiet(CancellationToken ct)
    {
        await Process.Saved(ct);
        return await Process.Quiet(ct);
    }

    /// <summary>Asks the gateway how many turns it keeps: as many as were answered, or the figures mean nothing.</summary>
    /// <exception cref="InvalidOperationException">It keeps another number.</exception>
    public Task Audit(CancellationToken ct) => Process.Sums(_answered, Patience, ct);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _data?.Delete(recursive: true);
    }
}
