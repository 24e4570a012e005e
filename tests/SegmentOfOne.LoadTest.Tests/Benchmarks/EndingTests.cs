using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.LoadTest.Tests.Benchmarks;

public sealed class EndingTests
{
    [Theory]
    [InlineData("8", true, 20)]
    [InlineData("8", false, 0)]
    [InlineData("14", true, 0)]
    public async Task A_refusal_sends_away_when_it_says_resource_exhausted_and_when_to_come_back(string status, bool saysWhen, long sentAway)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using var refusing = builder.Build();
        refusing.Run(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = status;
            if (saysWhen)
            {
                context.Response.Headers["grpc-retry-pushback-ms"] = "100";
            }

            return Task.CompletedTask;
        });
        await refusing.StartAsync();
        var pool = MessagePool.OfPopulation(new SimulationPlan(10, 100, Seed: 3, DateTimeOffset.UnixEpoch.AddYears(50), TimeSpan.FromDays(9), AskedShare: 0.5));
        var driver = new LoadDriver(new IPEndPoint(IPAddress.Loopback, new Uri(refusing.Urls.Single()).Port), "/any", connections: 2, asksWhy: true);

        var result = driver.Saturate(pool, inFlight: 5, TimeSpan.FromMinutes(1), calls: 20);

        (result.Answered, result.Refused, result.SentAway).ShouldBe((0, 20, sentAway));
    }

    [Fact]
    public void Headers_that_say_no_status_are_a_refusal_all_the_same()
    {
        Ending.Of(Encoding.ASCII.GetBytes("content-type")).ShouldBe(new Ending(false, -1, false));
        Ending.Of(Encoding.ASCII.GetBytes("grpc-status")).ShouldBe(new Ending(false, -1, false));
    }
}
