using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Failures as problem details (RFC 9457); <c>code</c> is the name that gRPC callers find in the trailer.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    /// <summary>The type of a problem, before its name.</summary>
    public const string Urn = "urn:segmentofone:problem:";

    public static async Task Write(HttpResponse response, Failure failure, ImmutableArray<PlaybookError> errors, CancellationToken ct)
    {
        response.StatusCode = failure.Http;
        response.ContentType = ContentType;
        if (failure.RetryAfter is { } wait)
        {
            // Whole seconds, never early.
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (failure.Http == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", Urn + failure.Name);
        json.WriteString("title", failure.Name.Replace('_', ' '));
        json.WriteNumber("status", failure.Http);
        json.WriteString("detail", failure.Message);
        json.WriteString("code", failure.Name);
        if (!errors.IsDefaultOrEmpty)
        {
            WriteErrors(json, errors);
        }

        json.WriteEndObject();
        await json.FlushAsync(ct).ConfigureAwait(false);
    }

    private static void WriteErrors(Utf8JsonWriter json, ImmutableArray<PlaybookError> errors)
    {
        json.WriteStartArray("errors");
        foreach (var error in errors)
        {
            json.WriteStartObject();
            json.WriteString("path", error.Path);
            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            if (error.Line is { } line)
            {
                json.WriteNumber("line", line);
            }

            if (error.Column is { } column)
            {
                json.WriteNumber("column", column);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
