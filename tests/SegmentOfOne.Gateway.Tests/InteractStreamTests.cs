using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Tests;

namespace SegmentOfOne.Gateway.Tests;

public sealed class InteractStreamTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Turns_of_one_customer_keep_the_order_in_which_they_were_sent()
    {
        const int customers = 20, each = 50;
        using var stream = Open();
        var writing = Task.Run(async () =>
        {
            for (var i = 1; i <= each; i++)
            {
                for (var customer = 0; customer < customers; customer++)
                {
                    await stream.WriteAsync(ExperienceCalls.Interaction($"ordered-{customer}", $"{customer}/{i}"));
                }
            }

            stream.CompleteWriting();
        });

        var seen = new Dictionary<string, int>();
        while (await stream.ReadAsync() is { } reply)
        {
            reply.Error.ShouldBeNull();
            var (customer, number) = (reply.InteractionId.Split('/')[0], int.Parse(reply.InteractionId.Split('/')[1]));
            number.ShouldBe(seen.GetValueOrDefault(customer) + 1);
            reply.Version.ShouldBe((ulong)number);
            seen[customer] = number;
        }

        await writing;
        seen.Count.ShouldBe(customers);
        seen.Values.ShouldAllBe(count => count == each);
    }

    [Fact]
    public async Task A_bad_request_is_answered_in_its_place_and_the_stream_goes_on()
    {
        using var stream = Open();
        await stream.WriteAsync(ExperienceCalls.Interaction("mixed", "1"));
        await stream.WriteAsync(ExperienceCalls.Interaction("mixed", "bad", properties: ("price", Value.ForNumber(double.NaN))));
        await stream.WriteAsync(new V1.InteractRequest { InteractionId = "nobody's" });
        await stream.WriteAsync(ExperienceCalls.Interaction("mixed", "2"));
        stream.CompleteWriting();

        var replies = new List<V1.InteractReply>();
        while (await stream.ReadAsync() is { } reply)
        {
            replies.Add(reply);
        }

        replies.Where(reply => reply.InteractionId != "nobody's").Select(reply => reply.InteractionId).ShouldBe(["1", "bad", "2"]);
        var bad = replies.Single(reply => reply.InteractionId == "bad");
        (bad.Error.Code, bad.Error.Name, bad.Version).ShouldBe(((int)StatusCode.InvalidArgument, "number_not_finite", 0ul));
        replies.Single(reply => reply.InteractionId == "nobody's").Error.Name.ShouldBe("customer_missing");
        replies.Single(reply => reply.InteractionId == "2").Version.ShouldBe(2ul);
    }

    [Fact]
    public async Task A_caller_that_does_not_read_is_read_from_no_further_than_the_window()
    {
        var stream = Open();
        var sent = 0;
        var writing = Task.Run(async () =>
        {
            // Ends only because the stream is cancelled: there is no end to what would be sent.
            while (true)
            {
                await stream.WriteAsync(ExperienceCalls.Interaction($"unread-{sent % 8}", $"{sent}", properties: ("note", Value.ForString(new string('x', 4000)))));
                Interlocked.Increment(ref sent);
            }
        });

        // The writer has stalled when a while brings nothing more; then turns taken are as bounded as what was sent.
        int before;
        do
        {
            before = Volatile.Read(ref sent);
            await Task.WhenAny(writing, Task.Delay(500));
        }
        while (Volatile.Read(ref sent) != before);

        stream.Dispose();
        await Should.ThrowAsync<Exception>(() => writing);
    }

    [Fact]
    public async Task Deadlines_and_cancellation_end_a_stream_and_not_the_turns_that_were_begun()
    {
        using var cancel = new CancellationTokenSource();
        var stream = gateway.Grpc.Streaming(ExperienceCalls.InteractStream, null, cancel.Token);
        await stream.WriteAsync(ExperienceCalls.Interaction("cancelled", "1"));
        (await stream.ReadAsync())!.Version.ShouldBe(1ul);
        await cancel.CancelAsync();
        (await Should.ThrowAsync<GrpcException>(async () => await stream.ReadAsync())).Status.ShouldBe(StatusCode.Cancelled);

        // Says its deadline and leaves the keeping of it to the server.
        using var silence = new StallingContent([]);
        (await RawCall.Post(gateway.Host.Grpc, RawCall.InteractStream, silence, headers: ("grpc-timeout", "200m"))).Grpc.ShouldBe(StatusCode.DeadlineExceeded);

        (await gateway.Customer("cancelled")).Version.ShouldBe(1ul);
    }

    private GrpcStreamCall<V1.InteractRequest, V1.InteractReply> Open() => gateway.Grpc.Streaming(ExperienceCalls.InteractStream, null, default);
}
