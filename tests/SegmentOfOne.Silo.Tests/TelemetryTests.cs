using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Silo.Hosting;

namespace SegmentOfOne.Silo.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task The_call_of_a_grain_is_traced_within_the_turn_that_made_it_and_the_frameworks_meter_is_heard()
    {
        var instruments = new ConcurrentBag<string>();
        using var meters = new MeterListener { InstrumentPublished = (instrument, _) => instruments.Add(instrument.Meter.Name) };
        meters.Start();
        var traced = new ConcurrentBag<Activity>();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Gateway.Telemetry.Name || source.Name.StartsWith("Microsoft.Orleans.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = traced.Add,
        };
        ActivitySource.AddActivityListener(traces);

        using var folder = new TemporaryFolder();
        var anyPort = new ListenAddress(IPAddress.Loopback, 0);
        await using var host = await SiloHost.Start(
            new SiloOptions
            {
                Gateway = new GatewayOptions { Http = anyPort, Grpc = anyPort, Store = StoreAddress.Folder(folder.Path) },
                Silo = new IPEndPoint(IPAddress.Loopback, 0),
                GatewayPort = 0,
            },
            default);
        using var channel = new GrpcChannel(host.Server!.Grpc);
        await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction("traced", "1"), default);

        var turn = traced.Single(activity => activity.OperationName == "turn");
        var call = traced.First(activity => activity.OperationName.Contains("ICustomerGrain", StringComparison.Ordinal) && activity.TraceId == turn.TraceId);
        call.Source.Name.ShouldStartWith("Microsoft.Orleans.");
        instruments.ShouldContain("Microsoft.Orleans");
    }
}
