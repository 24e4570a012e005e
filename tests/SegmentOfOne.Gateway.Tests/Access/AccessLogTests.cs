using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Gateway.Http;

namespace SegmentOfOne.Gateway.Tests.Access;

/// <summary>What persons looked at and changed stands in a log that shows when it was tampered with.</summary>
public sealed class AccessLogTests(GuardedGateway gateway) : IClassFixture<GuardedGateway>
{
    [Fact]
    public async Task Every_look_and_change_of_a_person_is_noted_before_it_is_answered_and_those_of_channels_are_not()
    {
        var (reader, admin) = (gateway.Key(Workspace.Default, Role.Reader), gateway.Key(Workspace.Default, Role.Admin));
        var canary = GuardedGateway.Canary(Workspace.Default);
        var before = (await Log(admin)).Last;
        (await gateway.Send("GET", $"/v1/customers/user_id/{canary}", reader)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await gateway.Running.Grpc.UnaryAsync(
            Support.ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = Support.ExperienceCalls.User(canary) }, GuardedGateway.With(reader), default);
        (await gateway.Send("POST", "/admin/v1/drafts", reader, "{}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await gateway.Running.Grpc.UnaryAsync(
            Support.ExperienceCalls.Interact, Support.ExperienceCalls.Interaction("not noted", "1"), GuardedGateway.With(gateway.Key(Workspace.Default, Role.Channel)), default);

        var key = (string)JsonNode.Parse(await (await gateway.Send("GET", $"/v1/customers/user_id/{canary}", reader)).Content.ReadAsStringAsync())!["customer_key"]!;
        var entries = (await Log(admin, before)).Entries.Where(entry => (string)entry["person"]! == "Reader of default").ToList();
        entries.Select(entry => ((string)entry["operation"]!, (string)entry["subject"]!, (string)entry["outcome"]!)).ShouldBe(
            [("getCustomer", $"customer:{key}", "ok"), ("getCustomer", $"customer:{key}", "ok"), ("beginDraft", "", "role_not_allowed"), ("getCustomer", $"customer:{key}", "ok")],
            ignoreOrder: true);
        var log = (await Log(admin)).Text;
        log.ShouldNotContain(canary);
        log.ShouldNotContain("not noted");
        log.ShouldNotContain("interact\"");
    }

    [Fact]
    public async Task Tampering_with_the_log_is_found()
    {
        var admin = gateway.Key(GuardedGateway.Other, Role.Admin);
        for (var look = 0; look < 5; look++)
        {
            await gateway.Send("GET", "/admin/v1/overview", admin);
        }

        var check = (await Log(admin)).Check;
        ((bool)check["holds"]!, (string)check["broken_at"]!).ShouldBe((true, "0"));
        var file = Directory.EnumerateFiles(Path.Combine(gateway.Running.Folder.Path, "workspaces", GuardedGateway.Other), "access.db").ShouldHaveSingleItem();
        using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            connection.Open();
            using var change = connection.CreateCommand();
            change.CommandText = "UPDATE access_log SET operation = 'nothing' WHERE number = 2";
            change.ExecuteNonQuery().ShouldBe(1);
        }

        check = (await Log(admin)).Check;
        ((bool)check["holds"]!, (string)check["broken_at"]!).ShouldBe((false, "2"));
    }

    [Fact]
    public async Task Who_drafts_is_whom_the_key_names_and_nobody_else()
    {
        var (marketer, approver) = (gateway.Key(Workspace.Default, Role.Marketer), gateway.Key(Workspace.Default, Role.Approver));
        var document = System.Text.Encoding.UTF8.GetString(Domain.Playbooks.Playbook.DefaultSource.Span);
        var named = await gateway.Send("POST", "/admin/v1/drafts", marketer, document, (HttpCall.PersonHeader, "noah"));
        named.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        ((string)JsonNode.Parse(await named.Content.ReadAsStringAsync())!["code"]!).ShouldBe("person_not_taken");

        var draft = JsonNode.Parse(await (await gateway.Send("POST", "/admin/v1/drafts", marketer, document)).Content.ReadAsStringAsync())!;
        draft["person"]?.ToString().ShouldBe("Marketer of default");
        var trail = await (await gateway.Send("GET", "/admin/v1/audit", approver)).Content.ReadAsStringAsync();
        trail.ShouldContain("Marketer of default");
        trail.ShouldNotContain("noah");
    }

    private async Task<(string Text, List<JsonNode> Entries, JsonNode Check, string Last)> Log(string key, string after = "0")
    {
        var response = await gateway.Send("GET", $"/admin/v1/access-log?check=true&limit=1000&after={after}", key);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        var body = JsonNode.Parse(text)!;
        return (text, [.. body["entries"]?.AsArray().OfType<JsonNode>() ?? []], body["check"]!, (string)body["check"]!["last"]!);
    }
}
