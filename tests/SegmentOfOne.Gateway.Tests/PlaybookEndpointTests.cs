using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using SegmentOfOne.Admin.V1;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Tests.Playbooks;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>How the playbook is read, replaced and gone back to. Each test starts with a folder of its own, so with version 1.</summary>
public sealed class PlaybookEndpointTests : IAsyncLifetime
{
    private const string Path = "/admin/v1/playbook";

    private readonly RunningGateway _gateway = new();

    /// <summary>A mistake of each layer of the reading: bytes, JSON, fields, names, expressions; every kind is pinned in the domain's tests.</summary>
    public static TheoryData<string> Mistaken =>
    [
        "",
        "{ \"name\": }",
        "[]",
        "{}",
        TinyPlaybook.With("\"tiny\",", "\"tiny\", \"nam\": 1,"),
        TinyPlaybook.With("\"kappa\": 20", "\"kappa\": -1"),
        TinyPlaybook.With("[\"home\"]", "[\"hom\"]"),
        TinyPlaybook.WithEligible("intimcy > 1 or cont('ordered') > 2\n and stage = 'x'"),
    ];

    public Task InitializeAsync() => _gateway.Start(new GatewayOptions { OnePerson = true });

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task The_playbook_in_force_is_shown_as_it_was_published()
    {
        var response = await _gateway.Http.GetAsync(Path);

        response.Headers.ETag!.Tag.ShouldBe("\"1\"");
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(Playbook.DefaultSource.ToArray());
    }

    [Fact]
    public async Task Publishing_swaps_it_whole_keeps_every_version_and_rollback_goes_back()
    {
        var published = await Put(TinyPlaybook.Json, "\"1\"");
        published.StatusCode.ShouldBe(HttpStatusCode.OK);
        published.Headers.ETag!.Tag.ShouldBe("\"2\"");
        ((string?)(await RunningGateway.Body(published))["name"]).ShouldBe("tiny");

        // In force at once: the tiny playbook knows "home" and not "home_hero".
        var request = ExperienceCalls.Interaction("someone", "1", "viewed");
        request.Placements.Add("home");
        var reply = await _gateway.Interact(request);
        reply.Decisions[0].Action.ShouldBe("greet");

        var back = await _gateway.Http.PostAsync($"{Path}/rollback", null);
        back.StatusCode.ShouldBe(HttpStatusCode.OK);
        back.Headers.ETag!.Tag.ShouldBe("\"3\"");
        ((int?)JsonNode.Parse(await back.Content.ReadAsStringAsync())!["rolled_back_to"]).ShouldBe(1);
        (await _gateway.Http.GetByteArrayAsync(Path)).ShouldBe(Playbook.DefaultSource.ToArray());

        var versions = (await _gateway.Get<PlaybookVersions>($"{Path}/versions")).Versions;
        versions.Select(version => (version.Version, version.Name, version.RolledBackTo, version.InForce))
            .ShouldBe([(3, "default", 1, true), (2, "tiny", 0, false), (1, "default", 0, false)]);
        (await _gateway.Http.GetByteArrayAsync($"{Path}?version=2")).ShouldBe(Encoding.UTF8.GetBytes(TinyPlaybook.Json));

        // What a playbook decided is explained by that playbook.
        var receipt = await _gateway.Grpc.UnaryAsync(ExperienceCalls.GetReceipt, new V1.GetReceiptRequest { ReceiptId = reply.Decisions[0].ReceiptId }, default);
        receipt.PlaybookVersion.ShouldBe(2);
        receipt.Decision.Action.ShouldBe("greet");
    }

    [Fact]
    public async Task Every_version_outlives_the_program()
    {
        await Put(TinyPlaybook.Json, "\"1\"");
        await _gateway.Stop();
        await _gateway.Start(new());

        (await _gateway.Http.GetAsync(Path)).Headers.ETag!.Tag.ShouldBe("\"2\"");
        (await _gateway.Http.GetByteArrayAsync($"{Path}?version=1")).ShouldBe(Playbook.DefaultSource.ToArray());
    }

    [Theory]
    [InlineData(null, 428, "if_match_missing")]
    [InlineData("\"2\"", 412, "playbook_changed")]
    [InlineData("\"nonsense\"", 412, "playbook_changed")]
    public async Task Who_does_not_say_what_is_replaced_or_says_it_wrong_replaces_nothing(string? ifMatch, int status, string code)
    {
        var response = await Put(TinyPlaybook.Json, ifMatch);
        ((int)response.StatusCode).ShouldBe(status);
        ((string?)(await RunningGateway.Body(response))["code"]).ShouldBe(code);
        (await _gateway.Http.GetAsync(Path)).Headers.ETag!.Tag.ShouldBe("\"1\"");
    }

    [Fact]
    public async Task A_star_replaces_whatever_is_in_force() =>
        (await Put(TinyPlaybook.Json, "*")).StatusCode.ShouldBe(HttpStatusCode.OK);

    [Theory]
    [MemberData(nameof(Mistaken))]
    public async Task A_playbook_with_mistakes_is_refused_with_every_one_of_them(string document)
    {
        var before = StoredBytes.Read(_gateway.Folder.Path);

        var response = await Put(document, "\"1\"");

        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = await RunningGateway.Body(response);
        ((string?)problem["code"]).ShouldBe("playbook_invalid");
        problem["errors"]!.AsArray().Select(Error).ShouldBe(
            TinyPlaybook.Read(document).Errors.Select(error => (error.Path, error.Code, error.Message, error.Line, error.Column)));
        StoredBytes.Read(_gateway.Folder.Path).ShouldBe(before);
    }

    [Fact]
    public async Task Of_two_who_publish_at_once_one_is_told_of_the_other()
    {
        var both = await Task.WhenAll(Put(TinyPlaybook.Json, "\"1\""), Put(TinyPlaybook.Json, "\"1\""));
        both.Select(response => (int)response.StatusCode).Order().ShouldBe([200, 412]);
    }

    [Fact]
    public async Task There_is_nothing_before_the_first()
    {
        foreach (var path in new[] { $"{Path}/rollback", $"{Path}/rollback?to_version=7" })
        {
            var response = await _gateway.Http.PostAsync(path, null);
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            ((string?)(await RunningGateway.Body(response))["code"]).ShouldBe("playbook_version_not_found");
        }

        (await _gateway.Http.GetAsync($"{Path}?version=7")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static (string, string, string, int?, int?) Error(JsonNode? error) =>
        ((string)error!["path"]!, (string)error["code"]!, (string)error["message"]!, (int?)error["line"], (int?)error["column"]);

    private Task<HttpResponseMessage> Put(string document, string? ifMatch)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, Path) { Content = new StringContent(document, Encoding.UTF8, "application/json") };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return _gateway.Http.SendAsync(request);
    }
}
