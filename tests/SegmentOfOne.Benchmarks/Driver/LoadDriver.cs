using System.Diagnostics;
using System.Net;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.Benchmarks.Driver;

/// <summary>Calls one unary method over a few connections, all from this process, one thread a connection.</summary>
/// <param name="asksWhy">Whether it counts what refusals say.</param>
public sealed class LoadDriver(IPEndPoint server, string path, int connections, bool asksWhy = false)
{
    /// <summary>When all messages say that they happened; null: when they are sent.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// Closed loop: keeps <paramref name="inFlight"/> calls outstanding on each connection until the time or the number of
    /// calls is up. Latency counts from the writing of the call.
    /// </summary>
    public LoadResult Saturate(MessagePool pool, int inFlight, TimeSpan duration, long calls = long.MaxValue)
    {
        var left = calls;
        var lines = Connect();
        var end = Stopwatch.GetTimestamp() + ToTicks(duration);
        return Run(lines, connection =>
        {
            var most = Math.Min(inFlight, connection.MaxStreams);
            long now;
            do
            {
                now = Stopwatch.GetTimestamp();
                var seconds = (At ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
                while (now < end && connection.InFlight < most && connection.HasRoomFor(pool.Longest) && Interlocked.Decrement(ref left) >= 0)
                {
                    connection.Write(pool, seconds, now);
                }
                connection.Flush();
                connection.Read();
            }
            while (connection.InFlight > 0 || (now < end && Interlocked.Read(ref left) > 0));
        });
    }

    /// <summary>
    /// Open loop: calls arrive at random (Poisson) at this rate, whatever the server does. Latency counts from the intended
    /// arrival, so what the driver or a full connection holds back counts too.
    /// </summary>
    public LoadResult Arrive(MessagePool pool, double callsPerSecond, TimeSpan duration, ulong seed)
    {
        var lines = Connect();
        var pacer = new Thread(() => Pace([.. lines.Select(line => line.Connection)], pool, callsPerSecond, duration, new Dice(seed))) { IsBackground = true };
        pacer.Start();
        return Run(lines, connection =>
        {
            while (pacer.IsAlive || connection.InFlight > 0)
            {
                connection.Read();
            }
        });
    }

    private void Pace(LeanConnection[] all, MessagePool pool, double callsPerSecond, TimeSpan duration, Dice dice)
    {
        var gap = Stopwatch.Frequency / callsPerSecond;
        double due = Stopwatch.GetTimestamp();
        var end = due + ToTicks(duration);
        int next = 0;
        while (due < end)
        {
            var now = Stopwatch.GetTimestamp();
            var seconds = (At ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
            while (due <= now && due < end && FindRoom(all, ref next, pool.Longest) is LeanConnection connection)
            {
                connection.Write(pool, seconds, (long)due);
                due += dice.Exponential(gap);
            }
            foreach (var connection in all)
            {
                connection.Flush();
            }
            FineSleep.Microseconds(50);
        }
    }

    private static LeanConnection? FindRoom(LeanConnection[] all, ref int next, int messageBytes)
    {
        for (int tried = 0; tried < all.Length; tried++)
        {
            var connection = all[next++ % all.Length];
            if (connection.HasRoomFor(messageBytes))
            {
                return connection;
            }
        }
        return null;
    }

    private Line[] Connect() => [.. Enumerable.Range(0, connections).Select(_ =>
    {
        var tally = new Tally();
        return new Line(new LeanConnection(server, path, tally.Count, asksWhy), tally);
    })];

    /// <summary>Lets a thread live through each connection, adds up what they saw, and closes them.</summary>
    private static LoadResult Run(Line[] lines, Action<LeanConnection> live)
    {
        var cpuBefore = Environment.CpuUsage.TotalTime;
        var begun = Stopwatch.GetTimestamp();
        Task.WaitAll([.. lines.Select(line => Task.Factory.StartNew(
            () => live(line.Connection), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
        var elapsed = Stopwatch.GetElapsedTime(begun);

        var latency = new LatencyHistogram();
        foreach (var line in lines)
        {
            latency.Add(line.Tally.Latency);
            line.Connection.Dispose();
        }
        return new LoadResult(latency.Count, lines.Sum(line => line.Tally.Refused), elapsed, latency, Environment.CpuUsage.TotalTime - cpuBefore)
        {
            SentAway = lines.Sum(line => line.Tally.SentAway),
        };
    }

    private static long ToTicks(TimeSpan duration) => (long)(duration.TotalSeconds * Stopwatch.Frequency);

    private sealed record Line(LeanConnection Connection, Tally Tally);

    private sealed class Tally
    {
        public LatencyHistogram Latency { get; } = new();
        public long Refused { get; private set; }

        public long SentAway { get; private set; }

        public void Count(long startedAt, Ending ending)
        {
            if (ending.IsAnswer)
            {
                Latency.Record((long)Stopwatch.GetElapsedTime(startedAt).TotalNanoseconds);
            }
            else
            {
                Refused++;
                SentAway += ending is { Status: Ending.ResourceExhausted, SaysWhen: true } ? 1 : 0;
            }
        }
    }
}
