using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Gateway.Access;

namespace SegmentOfOne.Gateway.Http;

/// <summary>
/// The OpenAPI 3.1 document, made from the operations that are mapped and from the descriptors of their messages:
/// the two things that the program itself runs on.
/// </summary>
public sealed class OpenApiDocument
{
    private const string Problem = "Problem";

    private readonly IReadOnlyDictionary<string, string> _comments = ContractComments.Read();
    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);

    public static byte[] Write(IEnumerable<Operation> operations, string version) => new OpenApiDocument().Build(operations, version);

    /// <summary>The JSON schema of one message, by itself.</summary>
    public static byte[] WriteSchema(MessageDescriptor message)
    {
        var document = new OpenApiDocument();
        var root = document.Message(message);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$ref"] = root["$ref"]!.GetValue<string>(),
            ["components"] = new JsonObject { ["schemas"] = new JsonObject(document._schemas.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))) },
        };
        return JsonSerializer.SerializeToUtf8Bytes(schema, JsonSerializerOptions.Web);
    }

    private byte[] Build(IEnumerable<Operation> operations, string version)
    {
        var paths = new JsonObject();
        foreach (var operation in operations)
        {
            if (!paths.ContainsKey(operation.Path))
            {
                paths[operation.Path] = new JsonObject();
            }

            paths[operation.Path]![operation.Method.ToLowerInvariant()] = Describe(operation);
        }

        _schemas[Problem] = ProblemSchema();
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "SegmentOfOne",
                ["version"] = version,
                ["description"] = "Bodies are protobuf JSON with the field names of the .proto file: 64-bit integers are strings, instants RFC 3339, enums names. The same calls are served as gRPC.",
            },
            ["paths"] = paths,
            ["security"] = new JsonArray(new JsonObject(), new JsonObject { ["key"] = new JsonArray() }),
            ["components"] = new JsonObject { ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A key, once there are any." } }, ["schemas"] = new JsonObject(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value))) },
        };
        return JsonSerializer.SerializeToUtf8Bytes(document, JsonSerializerOptions.Web);
    }

    private JsonObject Describe(Operation operation)
    {
        var described = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["summary"] = operation.Summary,
            ["description"] = $"Once there are keys, for those of the role {Permissions.Of(operation.Id)}.",
            ["parameters"] = new JsonArray([.. Parameters(operation)]),
        };
        if (operation.Body is not null || operation.TakesDocument)
        {
            described["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(HttpApi.Json, operation.Body, operation.Document) };
        }

        described["responses"] = Responses(operation);
        return described;
    }

    private static IEnumerable<JsonNode> Parameters(Operation operation)
    {
        foreach (var segment in operation.Path.Split('/'))
        {
            if (segment.StartsWith('{'))
            {
                yield return Parameter("path", segment[1..^1], null, new JsonObject { ["type"] = "string" }, required: true);
            }
        }

        foreach (var parameter in operation.Query)
        {
            yield return Parameter("query", parameter.Name, parameter.Description, parameter.Schema.DeepClone(), required: false);
        }

        if (operation.WantsPerson)
        {
            yield return Parameter("header", HttpCall.PersonHeader, "Who does it, for the audit trail, while there are no keys. With a key it is the key's name, and the header is refused.", new JsonObject { ["type"] = "string", ["maxLength"] = 64 }, required: false);
        }

        if (operation.WantsIfMatch)
        {
            yield return Parameter("header", "If-Match", "The ETag of what is to be replaced.", new JsonObject { ["type"] = "string" }, required: true);
        }
    }

    private static JsonObject Parameter(string place, string name, string? description, JsonNode schema, bool required)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place, ["required"] = required, ["schema"] = schema };
        if (description is not null)
        {
            parameter["description"] = description;
        }

        return parameter;
    }

    private JsonObject Responses(Operation operation)
    {
        var answered = new JsonObject { ["description"] = "Answered.", ["content"] = Content(operation.Media, operation.Reply, operation.Document) };
        if (operation.Tagged)
        {
            answered["headers"] = new JsonObject { ["ETag"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } };
        }

        var responses = new JsonObject { ["200"] = answered };
        foreach (var status in operation.Problems.Concat(EveryCallMay).Distinct().Order())
        {
            responses[$"{status}"] = new JsonObject
            {
                ["description"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
                ["content"] = new JsonObject { [Problems.ContentType] = new JsonObject { ["schema"] = Reference(Problem) } },
            };
        }

        return responses;
    }

    /// <summary>Unknown parameters, no key, one for something else or a caller from elsewhere, overload, something broken, shutting down, time out.</summary>
    private static readonly ImmutableArray<int> EveryCallMay = [400, 401, 403, 429, 500, 503, 504];

    private JsonObject Content(string media, MessageDescriptor? message, string? document) => new()
    {
        [media] = new JsonObject
        {
            ["schema"] = message is null
                ? new JsonObject { ["type"] = media == HttpApi.PlainText ? "string" : "object", ["description"] = document }
                : Message(message),
        },
    };

    private JsonObject Message(MessageDescriptor message)
    {
        if (message == Timestamp.Descriptor)
        {
            return new JsonObject { ["type"] = "string", ["format"] = "date-time" };
        }

        if (message == Value.Descriptor)
        {
            return new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
        }

        if (message == Struct.Descriptor)
        {
            return new JsonObject { ["type"] = "object" };
        }

        var name = message.FullName[(message.File.Package.Length + 1)..];
        if (!_schemas.ContainsKey(name))
        {
            var properties = new JsonObject();
            _schemas[name] = Described(new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false }, message);
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                properties[field.Name] = Described(Field(field), field);
            }
        }

        return Reference(name);
    }

    /// <summary>With what the .proto file says above the message or field; a reference may have a description beside it (JSON Schema 2020-12).</summary>
    private JsonObject Described(JsonObject schema, IDescriptor what)
    {
        if (_comments.TryGetValue(what.FullName, out var comment))
        {
            schema["description"] = comment;
        }

        return schema;
    }

    private JsonObject Field(FieldDescriptor field)
    {
        if (field.IsMap)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Single(field.MessageType.FindFieldByNumber(2)) };
        }

        return field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = Single(field) } : Single(field);
    }

    private JsonObject Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => new JsonObject { ["type"] = "string" },
        FieldType.Bool => new JsonObject { ["type"] = "boolean" },
        FieldType.Double => new JsonObject { ["type"] = "number" },
        FieldType.Int32 => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
        FieldType.UInt32 => new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
        FieldType.Int64 => new JsonObject { ["type"] = "string", ["format"] = "int64" },
        FieldType.UInt64 => new JsonObject { ["type"] = "string", ["format"] = "uint64" },
        FieldType.Enum => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. field.EnumType.Values.Select(value => (JsonNode)value.Name)]) },
        FieldType.Message => Message(field.MessageType),
        _ => throw new NotSupportedException($"{field.FullName}: no schema is written for {field.FieldType}."),
    };

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static JsonObject ProblemSchema() => new()
    {
        ["type"] = "object",
        ["description"] = "Problem details (RFC 9457).",
        ["required"] = new JsonArray("type", "title", "status", "detail", "code"),
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["type"] = "string", ["description"] = $"{Problems.Urn} and the code" },
            ["title"] = new JsonObject { ["type"] = "string" },
            ["status"] = new JsonObject { ["type"] = "integer" },
            ["detail"] = new JsonObject { ["type"] = "string" },
            ["code"] = new JsonObject { ["type"] = "string", ["description"] = "The stable name of what went wrong; gRPC callers find it in the trailer segmentofone-error." },
            ["errors"] = new JsonObject
            {
                ["type"] = "array",
                ["description"] = "Each thing wrong with a playbook.",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new JsonArray("path", "code", "message"),
                    ["properties"] = new JsonObject
                    {
                        ["path"] = new JsonObject { ["type"] = "string" },
                        ["code"] = new JsonObject { ["type"] = "string" },
                        ["message"] = new JsonObject { ["type"] = "string" },
                        ["line"] = new JsonObject { ["type"] = "integer" },
                        ["column"] = new JsonObject { ["type"] = "integer" },
                    },
                },
            },
        },
    };
}
