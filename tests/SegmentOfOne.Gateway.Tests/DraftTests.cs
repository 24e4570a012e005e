using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Http;
using SegmentOfOne.Gateway.Tests.Support;
using Xunit.Abstractions;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>How a playbook comes into force by several hands, over HTTP, also when the program is killed on the way.</summary>
public sealed class DraftTests(ITestOutputHelper output)
{
    private const string Path = "/admin/v1/drafts";

    [Fact]
    public async Task A_draft_goes_its_way_and_everything_stands_in_the_trail()
    {
        await using var gateway = new Started();
        await gateway.Start();
        var document = Named("spring");
        var draft = await Body(await gateway.Post(Path, "ada", document));
        var number = (string)draft["draft"]!;
        (number, (string?)draft["author"], (int?)draft["based_on"]).ShouldBe(("2", "ada", 1));
        (await gateway.Running.Http.GetStringAsync($"{Path}/{number}/playbook")).ShouldBe(document);

        var check = await Body(await gateway.Post($"{Path}/{number}/check", "ada"));
        (check["mistakes"]!.AsArray().Count, (bool?)check["draft"]!["checked"]).ShouldBe((0, true));
        var lines = (await (await gateway.Post($"{Path}/{number}/simulate", "ada", """{"sample": {"customers": 10}}""")).Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonNode.Parse(lines[^1])!["result"].ShouldNotBeNull();
        await Problem(await gateway.Post($"{Path}/{number}/approve", "ada"), HttpStatusCode.Forbidden, "second_person_needed");
        ((bool?)(await Body(await gateway.Post($"{Path}/{number}/approve", "Bo")))["approved"]).ShouldBe(true);
        var published = await gateway.Post($"{Path}/{number}/publish", "ada");
        (published.Headers.ETag!.Tag, (string?)(await Body(published))["name"]).ShouldBe(("\"2\"", "spring"));
        (await gateway.Post("/admin/v1/playbook/rollback", "Bo")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var trail = await gateway.Running.Get("/admin/v1/audit");
        trail["entries"]!.AsArray().Select(entry => $"{entry!["number"]} {entry["person"]} {entry["step"]} {entry["draft"]} {entry["version"]}").ShouldBe(
        [
            "1  published 0 1", "2 ada drafted 2 1", "3 ada checked 2 0", "4 ada simulated 2 0", "5 Bo approved 2 0", "6 ada published 2 2", "7 Bo rolled_back 0 3",
        ]);
        ((bool?)trail["check"]!["holds"], (string?)trail["check"]!["head"]).ShouldBe((true, (string?)trail["entries"]![6]!["hash"]));
        var page = await gateway.Running.Get("/admin/v1/audit?after=2&limit=2");
        (page["entries"]!.AsArray().Count, (string?)page["next"]).ShouldBe((2, "4"));
        (await gateway.Running.Get(Path))["drafts"]!.AsArray().ShouldHaveSingleItem()!["published_version"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task A_step_out_of_order_is_refused_by_name_and_changes_nothing()
    {
        await using var gateway = new Started();
        await gateway.Start();
        await Problem(await gateway.Post(Path, null, Named("spring")), HttpStatusCode.BadRequest, "person_missing");
        await Problem(await gateway.Post(Path, new string('x', 65), Named("spring")), HttpStatusCode.BadRequest, "person_invalid");
        await Problem(await gateway.Post(Path, "ada", new string(' ', PlaybookLimits.DocumentBytes + 1)), HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        foreach (var draft in new[] { "1", "7", "0", "x", "-1" })
        {
            await Problem(await gateway.Post($"{Path}/{draft}/check", "ada"), HttpStatusCode.NotFound, "draft_not_found");
            await Problem(await gateway.Post($"{Path}/{draft}/simulate", "ada", """{"sample": {"customers": 1}}"""), HttpStatusCode.NotFound, "draft_not_found");
            await Problem(await gateway.Running.Http.GetAsync($"{Path}/{draft}"), HttpStatusCode.NotFound, "draft_not_found");
            await Problem(await gateway.Running.Http.GetAsync($"{Path}/{draft}/playbook"), HttpStatusCode.NotFound, "draft_not_found");
        }

        await gateway.Post(Path, "ada", """{"name": "x"}""");
        (await Body(await gateway.Post($"{Path}/2/check", "ada")))["mistakes"]!.AsArray().Count.ShouldBeGreaterThan(2);
        await Problem(await gateway.Post($"{Path}/2/simulate", "ada", """{"sample": {"customers": 1}}"""), HttpStatusCode.Conflict, "draft_not_checked");
        await Problem(await gateway.Post($"{Path}/2/publish", "ada"), HttpStatusCode.Conflict, "draft_not_checked");

        await gateway.Post(Path, "ada", Named("spring"));
        await gateway.Post($"{Path}/4/check", "ada");
        await Problem(await gateway.Post($"{Path}/4/approve", "bo"), HttpStatusCode.Conflict, "draft_not_simulated");
        await Problem(await gateway.Post($"{Path}/4/simulate", "ada", """{"sample": {"customers": 0}}"""), HttpStatusCode.BadRequest, "invalid_query");
        await gateway.Post($"{Path}/4/simulate", "ada", """{"sample": {"customers": 1}}""");
        await Problem(await gateway.Post($"{Path}/4/publish", "ada"), HttpStatusCode.Conflict, "draft_not_approved");
        await gateway.Post($"{Path}/4/approve", "bo");

        // Who goes back overtakes it.
        (await gateway.Post("/admin/v1/playbook/rollback?to_version=1", "cy")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Problem(await gateway.Post($"{Path}/4/publish", "ada"), HttpStatusCode.Conflict, "draft_overtaken");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_draft_a_playbook_comes_into_force_only_where_one_person_suffices_and_the_trail_says_so(bool onePerson)
    {
        await using var gateway = new Started();
        await gateway.Start(onePerson);
        var put = new HttpRequestMessage(HttpMethod.Put, "/admin/v1/playbook") { Content = Json(Named("summer")) };
        put.Headers.Add("If-Match", "*");
        put.Headers.Add(HttpCall.PersonHeader, "cy");
        var answer = await gateway.Running.Http.SendAsync(put);
        var last = (await gateway.Running.Get("/admin/v1/audit"))["entries"]!.AsArray()[^1]!;
        if (onePerson)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            ((string?)last["person"], (string?)last["detail"]).ShouldBe(("cy", "as version 2, without a draft"));
        }
        else
        {
            await Problem(answer, HttpStatusCode.Forbidden, "second_person_needed");
            ((string?)last["number"]).ShouldBe("1");
        }
    }

    [Fact]
    public async Task Every_step_that_was_answered_is_there_after_kill_9()
    {
        using var folder = new TemporaryFolder();
        (string Path, string Person, string? Body)[] steps =
        [
            (Path, "ada", Named("spring")),
            ($"{Path}/2/check", "ada", null),
            ($"{Path}/2/simulate", "ada", """{"sample": {"customers": 1}}"""),
            ($"{Path}/2/approve", "bo", null),
            ($"{Path}/2/publish", "ada", null),
            ("/admin/v1/playbook/rollback", "bo", null),
        ];
        for (var done = 0; done <= steps.Length; done++)
        {
            using var gateway = await GatewayProcess.Start(folder.Path);
            using var http = new HttpClient { BaseAddress = gateway.Http };
            var trail = JsonNode.Parse(await http.GetStringAsync("/admin/v1/audit"))!;
            ((bool?)trail["check"]!["holds"], trail["entries"]!.AsArray().Count).ShouldBe((true, done + 1), trail.ToJsonString());
            if (done < steps.Length)
            {
                var answer = await Send(http, steps[done].Path, steps[done].Person, steps[done].Body);
                var text = await answer.Content.ReadAsStringAsync();
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
                await gateway.Kill();
            }
            else
            {
                trail["entries"]!.AsArray().Select(entry => (string?)entry!["step"]).ShouldBe(["published", "drafted", "checked", "simulated", "approved", "published", "rolled_back"]);
                ((string?)JsonNode.Parse(await http.GetStringAsync("/admin/v1/playbook"))!["name"]).ShouldBe("default");
            }
        }
    }

    /// <summary>Killed anywhere, what is in force and what the trail says are the same.</summary>
    [Fact]
    public async Task Killed_in_the_middle_of_a_step_it_has_happened_whole_or_not_at_all()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        for (var round = 0; round < 6; round++)
        {
            using var gateway = await GatewayProcess.Start(folder.Path, "--one-person");
            using var http = new HttpClient { BaseAddress = gateway.Http };
            var trail = JsonNode.Parse(await http.GetStringAsync("/admin/v1/audit?limit=1000"))!;
            ((bool?)trail["check"]!["holds"]).ShouldBe(true, trail["check"]!.ToJsonString());
            var inForce = JsonNode.Parse(await http.GetStringAsync("/admin/v1/playbook/versions"))!["versions"]![0]!;
            trail["entries"]!.AsArray().Last(entry => (string?)entry!["step"] is "published" or "rolled_back")!["version"]!.GetValue<int>().ShouldBe(inForce["version"]!.GetValue<int>());

            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var hands = Enumerable.Range(0, 4).Select(hand => Work(http, $"p{round}-{hand}", first)).ToArray();
            await first.Task;
            await Task.Delay(random.Next(300));
            await gateway.Kill();
            await Task.WhenAll(hands);
        }
    }

    /// <summary>Brings drafts into force until nobody answers any more.</summary>
    private static async Task Work(HttpClient http, string person, TaskCompletionSource first)
    {
        try
        {
            while (true)
            {
                var draft = (string)(await Body(await Send(http, Path, person, Named(person))))["draft"]!;
                foreach (var (step, body) in new[] { ("check", null), ("simulate", """{"sample": {"customers": 1}}"""), ("approve", null), ("publish", (string?)null) })
                {
                    await (await Send(http, $"{Path}/{draft}/{step}", person, body)).Content.ReadAsStringAsync();
                    first.TrySetResult();
                }
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            // Killed.
        }
    }

    private static async Task<HttpResponseMessage> Send(HttpClient http, string path, string? person, string? json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = json is null ? null : Json(json) };
        if (person is not null)
        {
            request.Headers.Add(HttpCall.PersonHeader, person);
        }

        return await http.SendAsync(request);
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static async Task<JsonObject> Body(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return (JsonObject)JsonNode.Parse(text)!;
    }

    private static async Task Problem(HttpResponseMessage response, HttpStatusCode status, string code) =>
        (response.StatusCode, (string?)(await RunningGateway.Body(response))["code"]).ShouldBe((status, code));

    private static string Named(string name) =>
        Encoding.UTF8.GetString(Playbook.DefaultSource.Span).Replace("\"name\": \"default\"", $"\"name\": \"{name}\"", StringComparison.Ordinal);

    private sealed class Started : IAsyncDisposable
    {
        public RunningGateway Running { get; } = new();

        public Task Start(bool onePerson = false) => Running.Start(new GatewayOptions { OnePerson = onePerson });

        public Task<HttpResponseMessage> Post(string path, string? person, string? json = null) => Send(Running.Http, path, person, json);

        public async ValueTask DisposeAsync() => await Running.DisposeAsync();
    }
}
