using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>One run against one server.</summary>
/// <param name="Server">Which.</param>
/// <param name="CallsPerSecond">Answered calls a second.</param>
/// <param name="P50Milliseconds">Half of the calls were answered in this time or less.</param>
/// <param name="P99Milliseconds">99 of 100 were.</param>
/// <param name="Refused">Calls that ended in an error.</param>
/// <param name="ServerCpuMicroseconds">Processor time of the server for each call, until it was quiet again.</param>
/// <param name="DriverCpuMicroseconds">Processor time of the driver for each call.</param>
/// <param name="AllocatedBytes">Managed memory that the server allocated for each call.</param>
/// <param name="CollectorPauseMilliseconds">Time that the server stood still for the garbage collector, in all.</param>
/// <param name="ServerMegabytes">The server's resident memory at the end.</param>
public sealed record Measured(
    string Server, double CallsPerSecond, double P50Milliseconds, double P99Milliseconds, long Refused,
    double ServerCpuMicroseconds, double DriverCpuMicroseconds, double AllocatedBytes, double CollectorPauseMilliseconds, double ServerMegabytes)
{
    /// <summary>Runs a load against a server; what the server does of it later, such as its checkpoints, is waited for and counted.</summary>
    public static Task<Measured> Run(ServerProcess server, Func<LoadResult> load, CancellationToken ct) => Run(server.Name, server.Quiet, load, ct);

    /// <inheritdoc cref="Run(ServerProcess, Func{LoadResult}, CancellationToken)"/>
    /// <param name="quiet">Waits until the server does nothing any more.</param>
    public static async Task<Measured> Run(string name, Func<CancellationToken, Task<Reading>> quiet, Func<LoadResult> load, CancellationToken ct)
    {
        var before = await quiet(ct);
        var result = load();
        var after = await quiet(ct);
        double calls = Math.Max(1, result.Answered + result.Refused);
        return new Measured(
            name,
            result.Rate,
            result.Latency.Percentile(0.5) / 1e6,
            result.Latency.Percentile(0.99) / 1e6,
            result.Refused,
            (after.Cpu - before.Cpu).TotalMicroseconds / calls,
            result.DriverCpu.TotalMicroseconds / calls,
            (after.AllocatedBytes - before.AllocatedBytes) / calls,
            (after.CollectorPauses - before.CollectorPauses).TotalMilliseconds,
            after.WorkingSetBytes / 1e6);
    }

    /// <summary>Runs two, each first every other time: what the machine does meanwhile falls on both.</summary>
    public static async Task<(Measured Subject, Measured Reference)> InTurn(int pair, Func<Task<Measured>> subject, Func<Task<Measured>> reference)
    {
        if (pair % 2 == 0)
        {
            var first = await subject();
            return (first, await reference());
        }

        var other = await reference();
        return (await subject(), other);
    }
}
