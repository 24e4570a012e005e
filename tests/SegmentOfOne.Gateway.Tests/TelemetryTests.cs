using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

public sealed class TelemetryTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task A_turn_is_timed_and_traced_and_a_refusal_is_counted_by_its_name()
    {
        var measured = new ConcurrentBag<(string Instrument, string Tags)>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Add((instrument.Name, Text(tags))));
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Add((instrument.Name, Text(tags))));
        meters.Start();
        var traced = new ConcurrentBag<string>();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => traced.Add(activity.OperationName),
        };
        ActivitySource.AddActivityListener(traces);

        await gateway.Interact(ExperienceCalls.Interaction("measured", "1"));
        await gateway.Interact(ExperienceCalls.Interaction("measured", "1"));
        await gateway.Failure(ExperienceCalls.Interact, ExperienceCalls.Interaction("measured", ""));

        measured.ShouldContain(("segmentofone.turn.duration", "outcome=answered"));
        measured.ShouldContain(("segmentofone.turn.duration", "outcome=duplicate"));
        measured.ShouldContain(("segmentofone.turn.duration", "outcome=refused"));
        measured.ShouldContain(("segmentofone.failures", "name=interaction_id_missing status=InvalidArgument"));
        traced.ShouldContain("turn");
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
}
