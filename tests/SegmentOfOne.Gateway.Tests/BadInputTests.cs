using System.Net;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Tests;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>Invariant 9: bad input changes nothing. Each malformed request has its named error; store and live state are byte for byte as before.</summary>
public sealed class BadInputTests(BadInputTests.Settled settled) : IClassFixture<BadInputTests.Settled>
{
    private const string Known = "known";

    // Far enough that it is still the future when the last test of a slow run asks.
    private static readonly DateTime Future = DateTime.UtcNow.AddDays(1);

    private static readonly Dictionary<string, (V1.InteractRequest Request, string Name)> Requests = new()
    {
        ["no customer"] = (With(request => request.Customer = null), "customer_missing"),
        ["a customer without a value"] = (With(request => request.Customer.Value = ""), "customer_missing"),
        ["a customer id of 10 KB"] = (With(request => request.Customer.Value = new string('x', 10 * 1024)), "identifier_too_long"),
        ["an interaction id of 10 KB"] = (With(request => request.InteractionId = new string('x', 10 * 1024)), "too_long"),
        ["no interaction id"] = (With(request => request.InteractionId = ""), "interaction_id_missing"),
        ["no type"] = (With(request => request.Type = ""), "type_missing"),
        ["a channel of 10 KB"] = (With(request => request.Channel = new string('x', 10 * 1024)), "too_long"),
        ["a replacement character"] = (With(request => request.Type = "page\uFFFDviewed"), "invalid_text"),
        ["a control character"] = (With(request => request.Type = "page\0viewed"), "invalid_text"),
        ["NaN"] = (With(request => request.Properties.Add("price", Value.ForNumber(double.NaN))), "number_not_finite"),
        ["infinity"] = (With(request => request.Properties.Add("price", Value.ForNumber(double.NegativeInfinity))), "number_not_finite"),
        ["null"] = (With(request => request.Properties.Add("price", Value.ForNull())), "property_kind_unsupported"),
        ["a list"] = (With(request => request.Properties.Add("sizes", Value.ForList(Value.ForNumber(1)))), "property_kind_unsupported"),
        ["an object"] = (With(request => request.Properties.Add("size", Value.ForStruct(new Struct()))), "property_kind_unsupported"),
        ["a value of no kind"] = (With(request => request.Properties.Add("size", new Value())), "property_kind_unsupported"),
        ["10,000 properties"] = (With(request => Enumerable.Range(0, 10_000).ToList().ForEach(i => request.Properties.Add($"p{i}", Value.ForBool(true)))), "too_many_properties"),
        ["a property without a name"] = (With(request => request.Properties.Add("", Value.ForBool(true))), "property_name_missing"),
        ["a property of 10 KB"] = (With(request => request.Properties.Add("note", Value.ForString(new string('x', 10 * 1024)))), "too_long"),
        ["properties of 20 KB together"] = (With(request => Enumerable.Range(0, 5).ToList().ForEach(i => request.Properties.Add($"note{i}", Value.ForString(new string('x', 4 * 1024))))), "properties_too_large"),
        ["an unknown placement"] = (With(request => request.Placements.Add("nowhere")), "unknown_placement"),
        ["a placement of another channel"] = (With(request => request.Placements.Add("call_center")), "placement_not_on_channel"),
        ["17 placements"] = (With(request => request.Placements.Add(Enumerable.Repeat("home_hero", 17))), "too_many_placements"),
        ["the future"] = (With(request => request.OccurredAt = Timestamp.FromDateTime(Future)), "in_the_future"),
        ["before 1970"] = (With(request => request.OccurredAt = new Timestamp { Seconds = -1 }), "too_old"),
        ["money beyond the bound"] = (With(request =>
        {
            request.Type = "order_completed";
            request.Properties.Add("total", Value.ForString("1000000000000.01"));
        }), "amount_too_large"),
        ["a time that is none"] = (With(request => request.OccurredAt = new Timestamp { Seconds = long.MaxValue }), "invalid_time"),
    };

    private static readonly Dictionary<string, (byte[] Message, StatusCode Status, string Name)> Messages = new()
    {
        ["malformed protobuf"] = ([0xFF, 0xFF, 0xFF], StatusCode.InvalidArgument, "malformed_message"),
        ["protobuf cut short"] = (Good().ToByteArray()[..^3], StatusCode.InvalidArgument, "malformed_message"),
        ["broken UTF-8 in the type"] = (Broken("product_viewed"), StatusCode.InvalidArgument, "malformed_message"),
        ["broken UTF-8 in the customer"] = (Broken(Known), StatusCode.InvalidArgument, "malformed_message"),
        ["a message over 4 MiB"] = (new byte[(4 * 1024 * 1024) + 1], StatusCode.ResourceExhausted, "message_too_large"),
    };

    private static readonly Dictionary<string, (string Body, string Type, HttpStatusCode Status, string Name)> Bodies = new()
    {
        ["no JSON"] = ("{\"customer\":", "application/json", HttpStatusCode.BadRequest, "malformed_json"),
        ["nothing"] = ("", "application/json", HttpStatusCode.BadRequest, "malformed_json"),
        ["a number too large"] = (Json("\"properties\": {\"price\": 1e400}"), "application/json", HttpStatusCode.BadRequest, "malformed_json"),
        ["NaN as JSON has it not"] = (Json("\"properties\": {\"price\": NaN}"), "application/json", HttpStatusCode.BadRequest, "malformed_json"),
        ["half a surrogate pair"] = (Json("\"properties\": {\"note\": \"\\ud800\"}"), "application/json", HttpStatusCode.BadRequest, "malformed_json"),
        ["a list for an object"] = ("[]", "application/json", HttpStatusCode.BadRequest, "malformed_message"),
        ["a number for a text"] = (Json("\"occurred_at\": 5"), "application/json", HttpStatusCode.BadRequest, "malformed_message"),
        ["an unknown field"] = (Json("\"loyalty\": true"), "application/json", HttpStatusCode.BadRequest, "unknown_field"),
        ["null as a property"] = (Json("\"properties\": {\"price\": null}"), "application/json", HttpStatusCode.BadRequest, "property_kind_unsupported"),
        ["JSON 100,000 deep"] = (Json($"\"properties\": {{\"a\": {string.Concat(Enumerable.Repeat("[", 100_000))}"), "application/json", HttpStatusCode.BadRequest, "malformed_json"),
        ["another content type"] = (Json(), "text/plain", HttpStatusCode.UnsupportedMediaType, "content_type_unsupported"),
        ["another encoding"] = (Json(), "application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType, "content_type_unsupported"),
        ["a body over 4 MiB"] = (Json($"\"channel\": \"{new string('x', 4 * 1024 * 1024)}\""), "application/json", HttpStatusCode.RequestEntityTooLarge, "body_too_large"),
    };

    public static TheoryData<string> RequestNames => [.. Requests.Keys];

    /// <summary>JSON has no way to say the others.</summary>
    public static TheoryData<string> JsonRequestNames => [.. Requests.Keys.Except(["a time that is none", "a value of no kind", "NaN", "infinity"])];

    public static TheoryData<string> MessageNames => [.. Messages.Keys];

    public static TheoryData<string> BodyNames => [.. Bodies.Keys];

    [Theory]
    [MemberData(nameof(RequestNames))]
    public Task A_request_that_means_nothing_is_refused_by_name_over_grpc(string what) => settled.NothingChanges(async gateway =>
        (await gateway.Failure(ExperienceCalls.Interact, Requests[what].Request)).ShouldBe((StatusCode.InvalidArgument, Requests[what].Name)));

    [Theory]
    [MemberData(nameof(RequestNames))]
    public Task A_request_that_means_nothing_is_refused_by_name_on_a_stream(string what) => settled.NothingChanges(async gateway =>
    {
        using var stream = gateway.Grpc.Streaming(ExperienceCalls.InteractStream, null, default);
        await stream.WriteAsync(Requests[what].Request);
        (await stream.ReadAsync())!.Error.Name.ShouldBe(Requests[what].Name);
        stream.CompleteWriting();
        (await stream.ReadAsync()).ShouldBeNull();
    });

    [Theory]
    [MemberData(nameof(JsonRequestNames))]
    public Task A_request_that_means_nothing_is_refused_by_the_same_name_over_http(string what) => settled.NothingChanges(async gateway =>
    {
        var (request, name) = Requests[what];
        var response = await gateway.Post("/v1/interact", JsonFormatter.Default.Format(request));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        ((string?)(await RunningGateway.Body(response))["code"]).ShouldBe(name);
    });

    [Theory]
    [MemberData(nameof(MessageNames))]
    public Task Bytes_that_are_no_request_are_refused_by_name(string what) => settled.NothingChanges(async gateway =>
    {
        var (message, status, name) = Messages[what];
        (await RawCall.Post(gateway.Host.Grpc, RawCall.Interact, new ByteArrayContent(RawCall.Frame(message)))).ShouldBe((HttpStatusCode.OK, status, name));
    });

    [Theory]
    [MemberData(nameof(BodyNames))]
    public Task A_body_that_is_no_request_is_refused_by_name(string what) => settled.NothingChanges(async gateway =>
    {
        var (body, type, status, name) = Bodies[what];
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("content-type", type);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/interact") { Content = content };
        // Asks before it sends: a body that is refused unread may break the connection under a sender that does not listen.
        request.Headers.ExpectContinue = true;
        var response = await gateway.Http.SendAsync(request);
        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        ((string?)(await RunningGateway.Body(response))["code"]).ShouldBe(name);
    });

    [Fact]
    public Task A_body_that_is_not_utf8_is_refused_and_not_mended() => settled.NothingChanges(async gateway =>
    {
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(Json("\"channel\": \"caf\u00e9\"")));
        content.Headers.TryAddWithoutValidation("content-type", "application/json");
        var response = await gateway.Http.PostAsync("/v1/interact", content);
        ((string?)(await RunningGateway.Body(response))["code"]).ShouldBe("invalid_text");
    });

    [Fact]
    public Task A_compressed_body_is_not_taken_for_a_plain_one() => settled.NothingChanges(async gateway =>
    {
        var content = new ByteArrayContent(RawCall.Gzip(Encoding.UTF8.GetBytes(Json())));
        content.Headers.TryAddWithoutValidation("content-type", "application/json");
        content.Headers.TryAddWithoutValidation("content-encoding", "gzip");
        var response = await gateway.Http.PostAsync("/v1/interact", content);
        ((string?)(await RunningGateway.Body(response))["code"]).ShouldBe("content_encoding_unsupported");
    });

    [Theory]
    [InlineData("host", "shop.example")]
    [InlineData("host", "shop.example:8080")]
    [InlineData("origin", "https://shop.example")]
    [InlineData("origin", "http://127.0.0.1:1")]
    [InlineData("origin", "null")]
    public Task A_page_of_elsewhere_can_do_nothing(string header, string value) => settled.NothingChanges(async gateway =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/v1/playbook/rollback?to_version=1");
        request.Headers.TryAddWithoutValidation(header, value);
        var response = await gateway.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        ((string?)(await RunningGateway.Body(response))["code"]).ShouldBe("not_local");
    });

    [Fact]
    public Task A_gzip_bomb_is_refused_at_the_limit() => settled.NothingChanges(async gateway =>
    {
        var bomb = RawCall.Gzip(new byte[200 * 1024 * 1024]);
        var answer = await RawCall.Post(gateway.Host.Grpc, RawCall.Interact, new ByteArrayContent(RawCall.Frame(bomb, compressed: true)), headers: ("grpc-encoding", "gzip"));
        answer.ShouldBe((HttpStatusCode.OK, StatusCode.ResourceExhausted, "message_too_large"));
    });

    [Fact]
    public Task A_wrong_content_type_is_no_call() => settled.NothingChanges(async gateway =>
    {
        var answer = await RawCall.Post(gateway.Host.Grpc, RawCall.Interact, new ByteArrayContent(RawCall.Frame(Good().ToByteArray())), "application/json");
        answer.Http.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    });

    [Fact]
    public Task An_unknown_method_is_unimplemented() => settled.NothingChanges(async gateway =>
    {
        var answer = await RawCall.Post(gateway.Host.Grpc, "/segmentofone.v1.Experience/Forget", new ByteArrayContent(RawCall.Frame(Good().ToByteArray())));
        answer.ShouldBe((HttpStatusCode.OK, StatusCode.Unimplemented, "unknown_method"));

        var response = await gateway.Http.GetAsync("/v1/interact");
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        ((string?)(await RunningGateway.Body(response))["code"]).ShouldBe("unknown_method");
    });

    [Fact]
    public Task Half_a_message_and_then_silence_is_ended_by_the_server() => settled.NothingChanges(async gateway =>
    {
        using var half = new StallingContent(RawCall.Frame(Good().ToByteArray())[..^4]);
        (await RawCall.Post(gateway.Host.Grpc, RawCall.Interact, half)).Grpc.ShouldBe(StatusCode.DeadlineExceeded);
    });

    [Fact]
    public Task A_malformed_message_on_a_stream_is_answered_and_the_stream_goes_on() => settled.NothingChanges(async gateway =>
    {
        byte[] frames = [.. RawCall.Frame([0xFF, 0xFF]), .. RawCall.Frame(Messages["broken UTF-8 in the type"].Message)];
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Host.Grpc, RawCall.InteractStream))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frames),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        for (var i = 0; i < 2; i++)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1));
            V1.InteractReply.Parser.ParseFrom(body.AsSpan(5, length)).Error.Name.ShouldBe("malformed_message");
            body = body[(5 + length)..];
        }

        body.ShouldBeEmpty();
        response.TrailingHeaders.GetValues("grpc-status").ShouldBe(["0"]);
    });

    private static V1.InteractRequest Good() => ExperienceCalls.Interaction(Known, "never taken");

    private static V1.InteractRequest With(Action<V1.InteractRequest> spoil)
    {
        var request = Good();
        spoil(request);
        return request;
    }

    /// <summary>The good request with one byte of a text altered to one that UTF-8 never has.</summary>
    private static byte[] Broken(string text)
    {
        var bytes = Good().ToByteArray();
        bytes[bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) + 1] = 0xFF;
        return bytes;
    }

    private static string Json(string? member = null) =>
        $$"""{"customer": {"kind": "user_id", "value": "{{Known}}"}, "interaction_id": "never taken", "type": "page_viewed"{{(member is null ? "" : $", {member}")}}}""";

    /// <summary>A gateway whose one customer is saved to the last turn, so that whatever changes, a bad request has changed.</summary>
    public sealed class Settled : IAsyncLifetime
    {
        private readonly RunningGateway _gateway = new();

        public async Task InitializeAsync()
        {
            await _gateway.InitializeAsync();
            for (var i = 0; i < 3; i++)
            {
                await _gateway.Interact(ExperienceCalls.Interaction(Known, $"{i}"));
            }

            await _gateway.Stop();
            await _gateway.Start(new());
        }

        public Task DisposeAsync() => _gateway.DisposeAsync();

        public async Task NothingChanges(Func<RunningGateway, Task> send)
        {
            var before = await Everything();
            await send(_gateway);
            (await Everything()).ShouldBe(before);
        }

        /// <summary>Both databases, row by row, and what is live, at a time that stands still.</summary>
        private async Task<string> Everything()
        {
            var asOf = new V1.GetCustomerRequest { Customer = ExperienceCalls.User(Known), AsOf = Timestamp.FromDateTime(Future.AddDays(1)) };
            var live = await _gateway.Grpc.UnaryAsync(ExperienceCalls.GetCustomer, asOf, default);
            live.Version.ShouldBe(3ul);
            return $"{StoredBytes.Read(_gateway.Folder.Path)}\n{live}";
        }
    }
}
