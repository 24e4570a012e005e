using System.Net;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Tests.Access;

/// <summary>A runaway caller or device is held back, and holds nobody else back.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private readonly RunningGateway _gateway = new();
    private string _few = "";
    private string _many = "";

    public async Task InitializeAsync()
    {
        using (var store = AccessStore.Open(_gateway.Folder.Path))
        {
            _few = GuardedGateway.Add(store, "few", Role.Channel, null, new RateLimit(0.001, 5));
            _many = GuardedGateway.Add(store, "many", Role.Channel, null, RateLimit.Of(Role.Channel));
        }

        await _gateway.Start(new GatewayOptions { CustomerLimit = new RateLimit(0.001, 3) });
    }

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_key_that_calls_too_fast_is_told_when_to_come_back_over_both_protocols_and_others_go_on()
    {
        for (var call = 0; call < 5; call++)
        {
            (await Interact(_few, $"c{call}", "1")).ShouldBeNull();
        }

        var refused = (await Interact(_few, "c9", "1")).ShouldNotBeNull();
        (refused.Status, refused.Trailers.Get("segmentofone-error")).ShouldBe((StatusCode.ResourceExhausted, "key_too_fast"));
        refused.RetryPushback.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(1));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/interact") { Content = new StringContent("{}", null, "application/json") };
        request.Headers.Authorization = new("Bearer", _few);
        var response = await _gateway.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(1));

        (await Interact(_many, "c9", "1")).ShouldBeNull();
    }

    [Fact]
    public async Task A_runaway_device_is_held_back_and_all_other_customers_go_on()
    {
        var outcomes = new List<string?>();
        for (var call = 0; call < 10; call++)
        {
            outcomes.Add((await Interact(_many, "kiosk", $"{call}"))?.Trailers.Get("segmentofone-error"));
        }

        outcomes.Take(3).ShouldAllBe(outcome => outcome == null);
        outcomes.Skip(3).ShouldAllBe(outcome => outcome == "customer_too_fast");
        for (var customer = 0; customer < 20; customer++)
        {
            (await Interact(_many, $"calm-{customer}", "1")).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Messages_of_a_stream_count_like_calls()
    {
        using var stream = _gateway.Grpc.Streaming(ExperienceCalls.InteractStream, GuardedGateway.With(_few), default);
        for (var message = 0; message < 8; message++)
        {
            await stream.WriteAsync(ExperienceCalls.Interaction($"streamed-{message}", "1"));
        }

        stream.CompleteWriting();
        var errors = new List<string>();
        while (await stream.ReadAsync() is { } reply)
        {
            errors.Add(reply.Error?.Name ?? "");
        }

        errors.Count.ShouldBe(8);
        errors.Count(error => error.Length == 0).ShouldBe(4);
        errors.Where(error => error.Length > 0).ShouldAllBe(error => error == "key_too_fast");
    }

    private async Task<GrpcException?> Interact(string key, string customer, string id)
    {
        try
        {
            await _gateway.Grpc.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction(customer, id), GuardedGateway.With(key), default);
            return null;
        }
        catch (GrpcException failure)
        {
            return failure;
        }
    }
}
