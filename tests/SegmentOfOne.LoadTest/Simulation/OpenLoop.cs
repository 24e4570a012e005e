using System.Diagnostics;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>
/// Sends each call when it is due, whether or not those before were answered, and measures from when it was due: what a
/// slow service keeps waiting is counted (no coordinated omission), and so is what this program itself sends late.
/// </summary>
public sealed class OpenLoop(IReadOnlyList<ExperienceClient> connections, TimeSpan timeout)
{
    /// <summary>Calls that may be outstanding; the next ones then wait, and their waiting counts.</summary>
    public const int MostInFlight = 20_000;

    private readonly GrpcCallOptions _options = new() { Timeout = timeout };

    /// <summary>What became of the calls.</summary>
    public SimulationTally Tally { get; } = new();

    /// <summary>Sends every request at its time and returns when all have ended.</summary>
    public async Task Run(IEnumerable<(TimeSpan Due, InteractRequest Request)> calls, CancellationToken ct)
    {
        // A thread of its own, because it sleeps; the calls themselves run on the pool.
        await Task.Factory.StartNew(() => Pace(calls, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (Tally.InFlight > 0)
        {
            // At most as long as the deadline that every call has.
            await Task.Delay(10, ct);
        }
    }

    private void Pace(IEnumerable<(TimeSpan Due, InteractRequest Request)> calls, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        int turn = 0;
        foreach (var (due, request) in calls)
        {
            var dueAt = begun + (long)(due.TotalSeconds * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < dueAt || Tally.InFlight >= MostInFlight)
            {
                ct.ThrowIfCancellationRequested();
                FineSleep.Microseconds(100);
            }
            Tally.Begin();
            var connection = connections[turn++ % connections.Count];
            ThreadPool.UnsafeQueueUserWorkItem(call => _ = Send(call.connection, call.request, call.dueAt, call.ct), (connection, request, dueAt, ct), preferLocal: false);
        }
    }

    private async Task Send(ExperienceClient connection, InteractRequest request, long dueAt, CancellationToken ct)
    {
        try
        {
            var reply = await connection.Interact(request, _options, ct);
            Tally.Answered(reply.Duplicate, (long)Stopwatch.GetElapsedTime(dueAt).TotalNanoseconds);
        }
        catch (GrpcException failure)
        {
            Tally.Failed(failure);
        }
    }
}
