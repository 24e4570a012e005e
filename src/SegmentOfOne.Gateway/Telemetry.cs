using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Gateway;

/// <summary>
/// What the gateway measures, under the meter and the activity source <c>SegmentOfOne.Gateway</c>:
/// <list type="bullet">
/// <item><c>segmentofone.turn.duration</c>, histogram, s: from the decoded request to the durable answer; tag <c>outcome</c> = answered, duplicate, refused.</item>
/// <item><c>segmentofone.failures</c>, counter, {call}: calls not answered; tags <c>name</c> (as callers see it) and <c>status</c> (gRPC).</item>
/// <item>activity <c>turn</c>: one span a turn.</item>
/// </list>
/// </summary>
public sealed partial class Telemetry : IDisposable
{
    public const string Name = "SegmentOfOne.Gateway";

    private static readonly KeyValuePair<string, object?> Answered = new("outcome", "answered");
    private static readonly KeyValuePair<string, object?> Duplicate = new("outcome", "duplicate");
    private static readonly KeyValuePair<string, object?> Refused = new("outcome", "refused");

    private readonly ILogger _log;
    private readonly Meter _meter = new(Name);
    private readonly ActivitySource _activities = new(Name);
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _failures;
    private readonly ConcurrentDictionary<string, long> _refusals = new(StringComparer.Ordinal);

    public Telemetry(ILogger<Telemetry> log)
    {
        _log = log;
        _durations = _meter.CreateHistogram<double>("segmentofone.turn.duration", "s", "From the decoded request to the durable answer.");
        _failures = _meter.CreateCounter<long>("segmentofone.failures", "{call}", "Calls that were not answered, by name.");
    }

    /// <summary>Calls that were wrong whatever the state, by the failure's name, since this process began. The names are a closed set.</summary>
    public IReadOnlyDictionary<string, long> Refusals => _refusals;

    /// <summary>Whether anybody is told of turns.</summary>
    public bool IsWatched => _durations.Enabled || _activities.HasListeners();

    public Activity? BeginTurn() => _activities.StartActivity("turn");

    /// <param name="began">A <see cref="Stopwatch"/> timestamp.</param>
    public void EndTurn(long began, TurnAnswer answer)
    {
        if (_durations.Enabled)
        {
            _durations.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, answer switch
            {
                TurnAnswer.Refused => Refused,
                TurnAnswer.Answered { Duplicate: true } => Duplicate,
                _ => Answered,
            });
        }
    }

    /// <summary>Counts a call that was not answered. Everything that leaves as an error passes here once.</summary>
    public void Failed(Failure failure)
    {
        _failures.Add(1, new("name", failure.Name), new("status", failure.Grpc.ToString()));
        if (failure.IsRefusal)
        {
            _refusals.AddOrUpdate(failure.Name, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>What an exception means to the caller. One that nobody foresaw is logged, and the caller hears no more than that.</summary>
    public Failure Explain(Exception exception)
    {
        if (Failure.Of(exception) is { } failure)
        {
            return failure;
        }

        LogUnexpected(exception);
        return Failure.Unexpected;
    }

    public void Dispose()
    {
        _meter.Dispose();
        _activities.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A call failed in a way that has no name")]
    private partial void LogUnexpected(Exception exception);
}
