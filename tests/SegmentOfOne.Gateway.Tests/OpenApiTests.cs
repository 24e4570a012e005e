using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using SegmentOfOne.Gateway.Http;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

public sealed class OpenApiTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Every_mapped_route_of_http_is_in_the_document_and_nothing_else()
    {
        var paths = (JsonObject)(await gateway.Get(HttpApi.OpenApiPath))["paths"]!;
        var described = paths.SelectMany(path => ((JsonObject)path.Value!).Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));

        var mapped = gateway.Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}") ?? [])
            // gRPC's own, which reflection describes.
            .Where(route => !route.StartsWith("POST /segmentofone.", StringComparison.Ordinal) && !route.StartsWith("POST /grpc.", StringComparison.Ordinal));

        described.Order().ShouldBe(mapped.Order());
    }

    [Fact]
    public async Task Every_reference_leads_to_a_schema()
    {
        var document = await gateway.Get(HttpApi.OpenApiPath);
        var schemas = (JsonObject)document["components"]!["schemas"]!;
        var references = Descendants(document).OfType<JsonObject>().Select(node => (string?)node["$ref"]).OfType<string>().Distinct().ToList();
        references.Count.ShouldBeGreaterThan(10);
        foreach (var reference in references)
        {
            schemas.ContainsKey(reference.Replace("#/components/schemas/", "", StringComparison.Ordinal)).ShouldBeTrue(reference);
        }
    }

    [Fact]
    public async Task The_comments_of_the_contract_are_its_descriptions()
    {
        var schemas = (await gateway.Get(HttpApi.OpenApiPath))["components"]!["schemas"]!;
        ((string?)schemas["InteractRequest"]!["properties"]!["interaction_id"]!["description"]).ShouldStartWith("The idempotency key");
        ((string?)schemas["CustomerList"]!["properties"]!["as_of"]!["description"]).ShouldStartWith("Every turn acknowledged before");
    }

    [Fact]
    public async Task What_an_answer_says_is_what_its_schema_says()
    {
        await gateway.Interact(ExperienceCalls.Interaction("openapi", "1", "product_added", properties: ("price", Google.Protobuf.WellKnownTypes.Value.ForNumber(2.5))));
        var document = await gateway.Get(HttpApi.OpenApiPath);
        foreach (var path in new[] { "/v1/customers/user_id/openapi", "/v1/customers/user_id/openapi/turns", "/admin/v1/overview", "/admin/v1/customers", "/admin/v1/playbook/versions", "/admin/v1/segments", "/admin/v1/journeys", "/admin/v1/journeys/abandoned_cart", "/admin/v1/segments/regulars/customers", "/admin/v1/outbox", "/admin/v1/outbox/messages" })
        {
            var described = document["paths"]![path.Replace("user_id/openapi", "{kind}/{value}", StringComparison.Ordinal)
                .Replace("abandoned_cart", "{journey}", StringComparison.Ordinal).Replace("regulars", "{segment}", StringComparison.Ordinal)]!["get"]!;
            var schema = described["responses"]!["200"]!["content"]!["application/json"]!["schema"]!;
            Check(await gateway.Get(path), schema, document, path);
        }
    }

    private static void Check(JsonNode? value, JsonNode schema, JsonObject document, string where)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
        }

        switch (value)
        {
            case JsonObject body:
                foreach (var (name, member) in body)
                {
                    var described = schema["properties"]?[name] ?? schema["additionalProperties"];
                    (described is JsonObject).ShouldBeTrue($"{where}.{name} is not described");
                    Check(member, described!, document, $"{where}.{name}");
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Check(item, schema["items"]!, document, where + "[]");
                }

                break;
            default:
                var type = value!.GetValueKind().ToString().ToLowerInvariant() is var kind && kind is "true" or "false" ? "boolean" : kind;
                schema["type"]!.ToJsonString().Replace("integer", "number", StringComparison.Ordinal).ShouldContain(type, customMessage: where);
                if (schema["enum"] is JsonArray names)
                {
                    names.Select(name => (string?)name).ShouldContain((string?)value, where);
                }

                break;
        }
    }

    private static IEnumerable<JsonNode> Descendants(JsonNode? node)
    {
        if (node is null)
        {
            return [];
        }

        var children = node switch
        {
            JsonObject body => body.Select(member => member.Value),
            JsonArray list => list,
            _ => [],
        };
        return children.SelectMany(Descendants).Prepend(node);
    }
}
