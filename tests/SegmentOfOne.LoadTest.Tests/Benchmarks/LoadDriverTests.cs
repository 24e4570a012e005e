using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.LoadTest.Tests.Benchmarks;

/// <summary>The driver against the floor that it measures, each a process of its own.</summary>
public sealed class LoadDriverTests : IAsyncLifetime
{
    private static readonly MessagePool Messages =
        MessagePool.OfPopulation(new SimulationPlan(100, 1_000, Seed: 3, DateTimeOffset.UnixEpoch.AddYears(50), TimeSpan.FromDays(9), AskedShare: 0.5));

    private ServerProcess _echo = null!;

    public async Task InitializeAsync() => _echo = await ServerProcess.StartEcho(default);

    public async Task DisposeAsync() => await _echo.DisposeAsync();

    [Fact]
    public void A_closed_loop_ends_after_its_calls_with_every_one_answered()
    {
        var result = Driver().Saturate(Messages, inFlight: 50, TimeSpan.FromMinutes(1), calls: 40_000);
        (result.Answered, result.Refused, result.Latency.Count).ShouldBe((40_000, 0, 40_000));
        result.Latency.MinNanoseconds.ShouldBeGreaterThan(0);
        result.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_closed_loop_ends_after_its_time()
    {
        var result = Driver().Saturate(Messages, inFlight: 1, TimeSpan.FromMilliseconds(200));
        result.Answered.ShouldBeGreaterThan(0);
        result.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void An_open_loop_sends_about_as_many_as_its_rate_says()
    {
        var result = Driver().Arrive(Messages, callsPerSecond: 2_000, TimeSpan.FromSeconds(1), seed: 1);
        // Poisson: 2,000 give or take six standard deviations.
        result.Answered.ShouldBeInRange(1_732, 2_268);
        result.Refused.ShouldBe(0);
    }

    [Fact]
    public async Task A_call_that_ends_without_a_message_is_refused_and_no_answer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using WebApplication refusing = builder.Build();
        refusing.Run(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "8";
            return Task.CompletedTask;
        });
        await refusing.StartAsync();
        var address = new IPEndPoint(IPAddress.Loopback, new Uri(refusing.Urls.Single()).Port);

        var result = new LoadDriver(address, "/any.Service/Method", connections: 1).Saturate(Messages, inFlight: 10, TimeSpan.FromMinutes(1), calls: 100);
        (result.Answered, result.Refused, result.Latency.Count).ShouldBe((0, 100, 0));
    }

    [Fact]
    public async Task A_server_says_what_it_used_and_stops_when_asked()
    {
        var before = _echo.Read();
        Driver().Saturate(Messages, inFlight: 50, TimeSpan.FromMinutes(1), calls: 10_000);
        var after = _echo.Read();
        after.Cpu.ShouldBeGreaterThan(before.Cpu);
        after.AllocatedBytes.ShouldBeGreaterThan(before.AllocatedBytes);
        after.WorkingSetBytes.ShouldBeGreaterThan(1_000_000);
        (await _echo.Stop(default)).ShouldBe(0);
    }

    private LoadDriver Driver() => new(_echo.Grpc, "/any.Service/Method", connections: 2);
}
