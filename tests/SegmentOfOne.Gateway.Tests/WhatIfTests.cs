using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using SegmentOfOne.Admin.V1;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>How a marketer asks what would have been different. What the answer computes is tested in the engine.</summary>
public sealed class WhatIfTests(WhatIfTests.VisitedGateway visited) : IClassFixture<WhatIfTests.VisitedGateway>
{
    private const string Path = "/admin/v1/whatif";

    private RunningGateway Gateway => visited.Gateway;

    [Fact]
    public async Task Under_the_playbook_in_force_no_decision_differs()
    {
        var steps = await Ask("""{"sample": {"customers": 10000}, "playbook_version": 1}""");
        var result = steps[^1].Result;
        (result.Customers, result.Decisions, result.Different, result.Reweighed).ShouldBe((VisitedGateway.Customers, VisitedGateway.Customers * 2ul, 0ul, 0ul));
        result.After.ShouldBe(result.Before);
        result.Before.ByAction.Values.Sum(count => (long)count).ShouldBe((long)(result.Before.Decisions - result.Before.WithoutAction));
        result.Note.ShouldContain("How they would have reacted to something else is not known");
        steps.Count(step => step.StepCase == WhatIfStep.StepOneofCase.Progress).ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task A_document_that_is_not_published_is_compared_decision_by_decision_with_the_reasons()
    {
        var steps = await Ask($$"""{"customer": {"kind": "user_id", "value": "c3"}, "playbook": {{Changed("\"value\": 4,", "\"value\": 0.01,")}}}""");
        var differences = steps.Where(step => step.Difference is not null).Select(step => step.Difference).ToList();
        var result = steps[^1].Result;
        (result.Customers, result.Different).ShouldBe((1ul, (ulong)differences.Count));
        differences.Count.ShouldBe(2);
        foreach (var difference in differences)
        {
            (difference.Before.Action, difference.After.Action).ShouldBe(("welcome", "inspiration"));
            (difference.Before.NotTheOther.Action, difference.Before.NotTheOther.Verdict).ShouldBe(("inspiration", "outranked"));
            (difference.After.NotTheOther.Action, difference.After.NotTheOther.Verdict).ShouldBe(("welcome", "outranked"));
            difference.After.NotTheOther.Needed.ShouldContain("more is needed");
            (await Gateway.Get<V1.Receipt>($"/v1/receipts/{difference.ReceiptId}")).Decision.Action.ShouldBe("welcome");
        }

        result.Before.ByAction["welcome"].ShouldBe(2ul);
        result.After.ByAction.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("inspiration", 2ul));
        // Nothing was published, and nothing happened to anybody.
        Gateway.Host.Engine.Playbooks.InForce.Version.ShouldBe(1);
        (await Gateway.Customer("c3")).Version.ShouldBe(2ul);
    }

    [Fact]
    public async Task Differences_are_told_up_to_the_number_asked_for_and_counted_beyond()
    {
        var steps = await Ask($$"""{"sample": {"customers": 8, "seed": "5"}, "differences": 3, "carry": true, "playbook": {{Changed("\"value\": 4,", "\"value\": 0.01,")}}}""");
        steps.Count(step => step.Difference is not null).ShouldBe(3);
        steps[^1].Result.Different.ShouldBe(16ul);
        steps[^1].Result.Note.ShouldContain("count what the other playbook chose before");
    }

    [Theory]
    [InlineData("""{"playbook_version": 1}""", HttpStatusCode.BadRequest, "whatif_whose")]
    [InlineData("""{"customer": {"kind": "user_id", "value": "c1"}, "sample": {"customers": 1}, "playbook_version": 1}""", HttpStatusCode.BadRequest, "whatif_whose")]
    [InlineData("""{"sample": {"customers": 1}}""", HttpStatusCode.BadRequest, "whatif_playbook")]
    [InlineData("""{"sample": {"customers": 1}, "playbook": {}, "playbook_version": 1}""", HttpStatusCode.BadRequest, "whatif_playbook")]
    [InlineData("""{"sample": {"customers": 1}, "playbook_version": -1}""", HttpStatusCode.BadRequest, "whatif_playbook")]
    [InlineData("""{"sample": {"customers": 10001}, "playbook_version": 1}""", HttpStatusCode.BadRequest, "invalid_query")]
    [InlineData("""{"sample": {"customers": 1}, "playbook_version": 1, "differences": -1}""", HttpStatusCode.BadRequest, "invalid_query")]
    [InlineData("""{"sample": {"customers": 1}, "playbook_version": 1, "from": "2030-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"}""", HttpStatusCode.BadRequest, "invalid_query")]
    [InlineData("""{"customer": {"kind": "user_id", "value": "nobody"}, "playbook_version": 1}""", HttpStatusCode.NotFound, "customer_not_found")]
    [InlineData("""{"customer": {"kind": "", "value": ""}, "playbook_version": 1}""", HttpStatusCode.NotFound, "customer_not_found")]
    [InlineData("""{"sample": {"customers": 1}, "playbook_version": 9}""", HttpStatusCode.NotFound, "playbook_version_not_found")]
    [InlineData("""{"sample": {"customers": 1}, "playbook": {"name": "x"}}""", HttpStatusCode.UnprocessableEntity, "playbook_invalid")]
    [InlineData("""{"sample": {"customers": 1}, "playbok": {}}""", HttpStatusCode.BadRequest, "unknown_field")]
    public async Task A_question_that_means_nothing_is_refused_by_name(string question, HttpStatusCode status, string code)
    {
        var response = await Gateway.Post(Path, question);
        (response.StatusCode, (string?)(await RunningGateway.Body(response))["code"]).ShouldBe((status, code));
    }

    [Fact]
    public async Task Whoever_closes_the_connection_cancels_and_the_next_one_is_answered()
    {
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = Json("""{"sample": {"customers": 10000}, "playbook_version": 1}""") };
            using var response = await Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            Read((await reader.ReadLineAsync())!).Progress.ShouldNotBeNull();
        }

        (await Ask("""{"sample": {"customers": 1}, "playbook_version": 1}"""))[^1].Result.Customers.ShouldBe(1ul);
    }

    private static string Changed(string text, string replacement)
    {
        var json = Encoding.UTF8.GetString(Playbook.DefaultSource.Span);
        json.ShouldContain(text);
        return json.Replace(text, replacement, StringComparison.Ordinal);
    }

    private async Task<List<WhatIfStep>> Ask(string question)
    {
        var response = await Gateway.Post(Path, question);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        List<WhatIfStep> steps = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
        steps.ShouldAllBe(step => step.Error == null, text);
        return steps;
    }

    private static WhatIfStep Read(string line) => JsonParser.Default.Parse<WhatIfStep>(line);

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>A gateway that customers came to twice, and whose store knows of them.</summary>
    public sealed class VisitedGateway : IAsyncLifetime
    {
        public const ulong Customers = 30;

        public RunningGateway Gateway { get; } = new();

        public async Task InitializeAsync()
        {
            await Gateway.InitializeAsync();
            for (var visit = 1; visit <= 2; visit++)
            {
                for (var i = 0ul; i < Customers; i++)
                {
                    var request = ExperienceCalls.Interaction($"c{i}", $"{visit}", "page_viewed");
                    request.Placements.Add("home_hero");
                    await Gateway.Interact(request);
                }
            }

            // A stop saves all that the journal has.
            await Gateway.Stop();
            await Gateway.Start(new());
        }

        public Task DisposeAsync() => Gateway.DisposeAsync();
    }
}
