using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Routing;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Gateway.Http;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Contracts.HealthV1;
using SegmentOfOne.Grpc.Contracts.ReflectionV1;

namespace SegmentOfOne.Gateway.Tests.Access;

/// <summary>Role × call × workspace: every cell tried on a running gateway, over HTTP and gRPC. What is written here is written by hand, not read from the program.</summary>
public sealed class MatrixTests(GuardedGateway gateway) : IClassFixture<GuardedGateway>
{
    private const string Channels = "channel admin";
    private const string Readers = "reader marketer approver admin";
    private const string Marketers = "marketer admin";
    private const string Approvers = "approver admin";
    private const string Admins = "admin";
    private const string All = "channel reader marketer approver admin";

    // Who may, and a call that changes nothing that another cell looks at. {c} stands for the customer of the caller's workspace, {r} for its receipt.
    private static readonly (string Operation, string Roles, string Method, string Path, string? Body)[] Calls =
    [
        ("interact", Channels, "POST", "/v1/interact", """{"customer": {"kind": "user_id", "value": "x"}, "interaction_id": "1", "type": "page_viewed", "channel": "web"}"""),
        ("decide", Channels, "POST", "/v1/decide", """{"customer": {"kind": "user_id", "value": "x"}, "channel": "web", "placements": ["home_hero"]}"""),
        ("getCustomer", Readers, "GET", "/v1/customers/user_id/{c}", null),
        ("listTurns", Readers, "GET", "/v1/customers/user_id/{c}/turns", null),
        ("getReceipt", Readers, "GET", "/v1/receipts/{r}", null),
        ("getOverview", Readers, "GET", "/admin/v1/overview", null),
        ("listCustomers", Readers, "GET", "/admin/v1/customers", null),
        ("getCustomerAsAdmin", Readers, "GET", "/admin/v1/customers/user_id/{c}", null),
        ("listTurnsAsAdmin", Readers, "GET", "/admin/v1/customers/user_id/{c}/turns", null),
        ("readReceipt", Readers, "GET", "/admin/v1/receipts/{r}", null),
        ("getPlaybook", Readers, "GET", "/admin/v1/playbook", null),
        ("listPlaybookVersions", Readers, "GET", "/admin/v1/playbook/versions", null),
        ("publishPlaybook", Approvers, "PUT", "/admin/v1/playbook", "{}"),
        ("rollbackPlaybook", Approvers, "POST", "/admin/v1/playbook/rollback?to_version=77", null),
        ("whatIf", Marketers, "POST", "/admin/v1/whatif", """{"sample": {"customers": 1}, "playbook_version": 1}"""),
        ("beginDraft", Marketers, "POST", "/admin/v1/drafts", "{}"),
        ("listDrafts", Readers, "GET", "/admin/v1/drafts", null),
        ("getDraft", Readers, "GET", "/admin/v1/drafts/77", null),
        ("getDraftPlaybook", Readers, "GET", "/admin/v1/drafts/77/playbook", null),
        ("checkDraft", Marketers, "POST", "/admin/v1/drafts/77/check", null),
        ("simulateDraft", Marketers, "POST", "/admin/v1/drafts/77/simulate", """{"sample": {"customers": 1}}"""),
        ("approveDraft", Approvers, "POST", "/admin/v1/drafts/77/approve", null),
        ("publishDraft", Approvers, "POST", "/admin/v1/drafts/77/publish", null),
        ("getAudit", Readers, "GET", "/admin/v1/audit", null),
        ("getOutbox", Readers, "GET", "/admin/v1/outbox", null),
        ("listMessages", Readers, "GET", "/admin/v1/outbox/messages", null),
        ("resendMessage", Admins, "POST", "/admin/v1/outbox/messages/none/resend", null),
        ("resendMessages", Admins, "POST", "/admin/v1/outbox/resend?receiver=none", null),
        ("mergeCustomers", Approvers, "POST", "/admin/v1/customers/user_id/nobody/merge", """{"with": {"kind": "user_id", "value": "none"}}"""),
        ("unmergeCustomer", Approvers, "POST", "/admin/v1/customers/user_id/nobody/unmerge", null),
        ("eraseCustomer", Admins, "POST", "/admin/v1/customers/user_id/nobody/erase", null),
        ("getErasure", Admins, "GET", "/admin/v1/erasures/none", null),
        ("getErasureCertificate", Admins, "GET", "/admin/v1/erasures/none/certificate", null),
        ("getErasureKey", Readers, "GET", "/admin/v1/erasure-key", null),
        ("exportCustomer", Admins, "GET", "/admin/v1/customers/user_id/{c}/export", null),
        ("getExportSchema", Readers, "GET", "/admin/v1/schemas/export", null),
        ("moveClock", Admins, "PUT", "/admin/v1/clock", """{"now": "2030-01-01T00:00:00Z"}"""),
        ("listSegments", Readers, "GET", "/admin/v1/segments", null),
        ("listCustomersOfSegment", Readers, "GET", "/admin/v1/segments/regulars/customers", null),
        ("listJourneys", Readers, "GET", "/admin/v1/journeys", null),
        ("getJourney", Readers, "GET", "/admin/v1/journeys/abandoned_cart", null),
        ("addKey", Admins, "POST", "/admin/v1/keys", """{"name": "new", "role": "reader"}"""),
        ("listKeys", Admins, "GET", "/admin/v1/keys", null),
        ("revokeKey", Admins, "DELETE", "/admin/v1/keys/none", null),
        ("getAccessLog", Admins, "GET", "/admin/v1/access-log?check=true", null),
        ("getOpenApi", All, "GET", "/openapi/v1.json", null),
    ];

    private static readonly string[] Refusals = ["key_missing", "key_unknown", "key_expired", "key_revoked", "role_not_allowed", "workspace_not_allowed", "workspace_not_found", "not_local"];

    /// <summary>What a call says of the workspace that it means; null: nothing.</summary>
    private static string?[] Named => [null, .. GuardedGateway.Workspaces];

    [Fact]
    public void Every_operation_that_is_mapped_is_tried_and_has_its_line()
    {
        var mapped = gateway.Running.Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.Metadata.GetMetadata<Operation>()?.Id).OfType<string>();
        Calls.Select(call => call.Operation).Order().ShouldBe(mapped.Order());
        string[] grpc = ["interactStream", .. Permissions.Operations.Where(operation => operation.StartsWith("grpc.", StringComparison.Ordinal))];
        Permissions.Operations.Order().ShouldBe(Calls.Select(call => call.Operation).Concat(grpc).Order());
    }

    [Fact]
    public void What_has_no_line_is_not_served()
    {
        Should.Throw<InvalidOperationException>(() => Permissions.Of("eraseCustomer2")).Message.ShouldContain("eraseCustomer2");
        Should.Throw<InvalidOperationException>(() => Permissions.Of(Permissions.OfMethod("/segmentofone.v1.Experience/Forget")));
        Should.Throw<InvalidOperationException>(() => HttpApi.Described([new Operation("GET", "/x", "nothingOfTheKind", "") { Document = "", Answer = _ => default }]));
    }

    [Fact]
    public async Task Over_http_exactly_what_is_written_is_allowed()
    {
        var cells = 0;
        foreach (var call in Calls)
        {
            foreach (var home in GuardedGateway.Workspaces)
            {
                foreach (var role in Enum.GetValues<Role>())
                {
                    foreach (var named in Named)
                    {
                        var expected = named is not null && named != home ? "workspace_not_allowed"
                            : call.Roles.Split(' ').Contains(role.ToString(), StringComparer.OrdinalIgnoreCase) ? null
                            : "role_not_allowed";
                        var response = await gateway.Send(call.Method, PathOf(call.Path, home), gateway.Key(home, role), call.Body, named is null ? [] : [("segmentofone-workspace", named)]);
                        await Check(response, expected, home, $"{role} of {home}: {call.Operation} in {named ?? "its own"}");
                        cells++;
                    }
                }
            }

            await Check(await gateway.Send(call.Method, PathOf(call.Path, Workspace.Default), null, call.Body), "key_missing", "", call.Operation);
            foreach (var (code, key) in gateway.Ended)
            {
                await Check(await gateway.Send(call.Method, PathOf(call.Path, Workspace.Default), key, call.Body), code, "", $"{call.Operation} by {code}");
            }
        }

        cells.ShouldBe(Calls.Length * 2 * 5 * 3);
    }

    [Fact]
    public async Task Over_grpc_exactly_what_is_written_is_allowed()
    {
        foreach (var (name, roles, call) in GrpcCalls())
        {
            foreach (var home in GuardedGateway.Workspaces)
            {
                foreach (var role in Enum.GetValues<Role>())
                {
                    foreach (var named in Named)
                    {
                        var expected = roles is null ? null
                            : named is not null && named != home ? "workspace_not_allowed"
                            : roles.Split(' ').Contains(role.ToString(), StringComparer.OrdinalIgnoreCase) ? null
                            : "role_not_allowed";
                        var (code, said) = await Try(() => call(home, GuardedGateway.With(gateway.Key(home, role), named)));
                        code.ShouldBe(expected, $"{role} of {home}: {name} in {named ?? "its own"}: {said}");
                        said.ShouldNotContain(GuardedGateway.Canary(GuardedGateway.Workspaces.Single(one => one != home)));
                    }
                }
            }

            (await Try(() => call(Workspace.Default, GuardedGateway.With(null)))).Code.ShouldBe(roles is null ? null : "key_missing", name);
            foreach (var (code, key) in gateway.Ended)
            {
                (await Try(() => call(Workspace.Default, GuardedGateway.With(key)))).Code.ShouldBe(roles is null ? null : code, name);
            }
        }
    }

    [Theory]
    [InlineData(Role.Reader)]
    [InlineData(Role.Admin)]
    public async Task Nobody_finds_the_customers_receipts_and_sums_of_another_workspace(Role role)
    {
        foreach (var home in GuardedGateway.Workspaces)
        {
            var elsewhere = GuardedGateway.Workspaces.Single(one => one != home);
            var key = gateway.Key(home, role);
            foreach (var path in new[] { "/v1/customers/user_id/{c}", "/v1/customers/user_id/{c}/turns", "/admin/v1/customers/user_id/{c}", "/v1/receipts/{r}", "/admin/v1/receipts/{r}" })
            {
                (await gateway.Send("GET", PathOf(path, home), key)).StatusCode.ShouldBe(HttpStatusCode.OK);
                (await gateway.Send("GET", PathOf(path, elsewhere), key)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            }

            // Sums follow the turns by a moment.
            string overview;
            var deadline = DateTime.UtcNow.AddSeconds(30);
            do
            {
                DateTime.UtcNow.ShouldBeLessThan(deadline);
                overview = await (await gateway.Send("GET", "/admin/v1/overview", key)).Content.ReadAsStringAsync();
                overview.ShouldNotContain(GuardedGateway.Canary(elsewhere));
            }
            while (!overview.Contains(GuardedGateway.Canary(home), StringComparison.Ordinal));
        }
    }

    private static async Task Check(HttpResponseMessage response, string? expected, string home, string cell)
    {
        var said = await response.Content.ReadAsStringAsync();
        var code = response.Content.Headers.ContentType?.MediaType == Problems.ContentType ? (string?)JsonNode.Parse(said)!["code"] : null;
        (Refusals.Contains(code) ? code : null).ShouldBe(expected, $"{cell}: {said}");
        ((int)response.StatusCode).ShouldBeLessThan(500, $"{cell}: {said}");
        if (expected is not null)
        {
            response.StatusCode.ShouldBe(expected.StartsWith("key_", StringComparison.Ordinal) ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, cell);
            response.Headers.WwwAuthenticate.Count.ShouldBe(expected.StartsWith("key_", StringComparison.Ordinal) ? 1 : 0);
        }

        foreach (var elsewhere in GuardedGateway.Workspaces.Where(one => one != home))
        {
            said.ShouldNotContain(GuardedGateway.Canary(elsewhere), customMessage: cell);
        }
    }

    private static async Task<(string? Code, string Said)> Try(Func<Task<string>> call)
    {
        try
        {
            return (null, await call());
        }
        catch (GrpcException failure)
        {
            var code = failure.Trailers.Get("segmentofone-error");
            failure.Status.ShouldBeOneOf(StatusCode.Unauthenticated, StatusCode.PermissionDenied);
            code.ShouldNotBeNull();
            (failure.Status == StatusCode.Unauthenticated).ShouldBe(code.StartsWith("key_", StringComparison.Ordinal));
            return (code, failure.Message);
        }
    }

    private IEnumerable<(string Name, string? Roles, Func<string, GrpcCallOptions, Task<string>> Call)> GrpcCalls()
    {
        var channel = gateway.Running.Grpc;
        yield return ("Interact", Channels, (home, options) => Unary(ExperienceCalls.Interact, ExperienceCalls.Interaction("x", "2"), options));
        yield return ("InteractStream", Channels, (home, options) => Stream(ExperienceCalls.InteractStream, ExperienceCalls.Interaction("x", "3"), options));
        yield return ("Decide", Channels, (home, options) => Unary(ExperienceCalls.Decide, new V1.DecideRequest { Customer = ExperienceCalls.User("x"), Channel = "web", Placements = { "home_hero" } }, options));
        yield return ("GetCustomer", Readers, (home, options) => Unary(ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = ExperienceCalls.User(GuardedGateway.Canary(home)) }, options));
        yield return ("ListTurns", Readers, (home, options) => Unary(ExperienceCalls.ListTurns, new V1.ListTurnsRequest { Customer = ExperienceCalls.User(GuardedGateway.Canary(home)) }, options));
        yield return ("GetReceipt", Readers, (home, options) => Unary(ExperienceCalls.GetReceipt, new V1.GetReceiptRequest { ReceiptId = gateway.Receipts[home] }, options));
        yield return ("reflection", All, (home, options) => Stream(new GrpcMethod<ServerReflectionRequest, ServerReflectionResponse>(ReflectionReflection.Descriptor.Services[0], "ServerReflectionInfo"), new ServerReflectionRequest { ListServices = "" }, options));
        yield return ("health", null, (home, options) => Unary(new GrpcMethod<HealthCheckRequest, HealthCheckResponse>(HealthReflection.Descriptor.Services[0], "Check"), new HealthCheckRequest(), options));

        async Task<string> Unary<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
            where TRequest : class, IMessage<TRequest>
            where TReply : class, IMessage<TReply>, new() => (await channel.UnaryAsync(method, request, options, default)).ToString()!;

        async Task<string> Stream<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request, GrpcCallOptions options)
            where TRequest : class, IMessage<TRequest>
            where TReply : class, IMessage<TReply>, new()
        {
            using var stream = channel.Streaming(method, options, default);
            try
            {
                await stream.WriteAsync(request);
            }
            catch (GrpcException)
            {
                // It was refused before anything was read of it; reading says why.
            }

            var reply = (await stream.ReadAsync())!.ToString()!;
            stream.CompleteWriting();
            (await stream.ReadAsync()).ShouldBeNull();
            return reply;
        }
    }

    private string PathOf(string path, string home) => path
        .Replace("{c}", GuardedGateway.Canary(home), StringComparison.Ordinal)
        .Replace("{r}", gateway.Receipts[home], StringComparison.Ordinal);
}
