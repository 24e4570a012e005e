using System.Buffers;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Gateway.Access;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Maps operations to routes, and whatever goes wrong on the way to problem details.</summary>
public static class HttpApi
{
    public const string OpenApiPath = "/openapi/v1.json";

    public const string Json = "application/json";
    public const string JsonLines = "application/x-ndjson";
    public const string PlainText = "text/plain";

    /// <summary>How long an HTTP call may take; gRPC callers say it themselves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static string Version { get; } = typeof(HttpApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Every operation, and the OpenAPI document that describes them (itself included).</summary>
    public static Operation[] Described(IEnumerable<Operation> operations)
    {
        byte[]? document = null;
        var self = new Operation("GET", OpenApiPath, "getOpenApi", "This document.")
        {
            Document = "An OpenAPI 3.1 document.",
            Answer = _ => new(new HttpAnswer.Document(document!)),
        };
        Operation[] all = [.. operations, self];
        document = OpenApiDocument.Write(all, Version);
        return all;
    }

    /// <summary>Maps operations, which are answered by those of the caller's workspace, for those who may call them.</summary>
    /// <param name="stopping">From then on every call is answered with <see cref="Failure.Draining"/>.</param>
    public static void MapOperations(this IEndpointRouteBuilder routes, IEnumerable<Operation> operations, Gate gate, Telemetry telemetry, CancellationToken stopping)
    {
        foreach (var operation in operations)
        {
            var roles = Permissions.Of(operation.Id) ?? throw new InvalidOperationException($"{operation.Id} would be open to everybody.");
            routes.MapMethods(operation.Path, [operation.Method], context => Answer(operation.Id, roles, context, gate, telemetry, stopping)).WithMetadata(operation);
        }
    }

    /// <summary>
    /// Gives what goes wrong outside of operations a problem document: the statuses that the server itself sets
    /// (no such path, no such method) by name.
    /// </summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app, Telemetry telemetry) => app.Use(async (context, next) =>
    {
        await next(context).ConfigureAwait(false);
        if (context.GetEndpoint()?.Metadata.GetMetadata<Operation>() is null && !context.Response.HasStarted && OfStatus(context) is { } failure)
        {
            await Answer(context, failure, telemetry).ConfigureAwait(false);
        }
    });

    private static Failure? OfStatus(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Failure.NotFound("unknown_path", $"There is no {context.Request.Path}; {OpenApiPath} lists what there is."),
        StatusCodes.Status405MethodNotAllowed => Failure.UnknownMethod($"{context.Request.Path} does not answer {context.Request.Method}."),
        _ => null,
    };

    private static Task Answer(string id, RoleSet roles, HttpContext context, Gate gate, Telemetry telemetry, CancellationToken stopping)
    {
        if (gate.TryAdmit(context.Request.Headers, roles, out var caller, out var failure))
        {
            return Answer(caller.Workspace.Operations[id], context, caller, stopping);
        }

        gate.Refused(caller, id, failure);
        return Problems.Write(context.Response, failure, default, context.RequestAborted);
    }

    private static async Task Answer(Operation operation, HttpContext context, Caller caller, CancellationToken stopping)
    {
        HttpAnswer answer;
        var telemetry = caller.Workspace.Telemetry;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(Patience);
        try
        {
            var call = new HttpCall(operation, context, caller, patience.Token);
            answer = stopping.IsCancellationRequested ? Failure.Draining
                : call.PersonProblem ?? call.Query.Problem ?? await AnswerNoted(operation, call).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
            return;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            answer = Failure.DeadlineExceeded;
        }
        catch (Exception exception)
        {
            answer = telemetry.Explain(exception);
        }

        if (answer is HttpAnswer.Lines lines)
        {
            await Write(context, lines, telemetry, stopping).ConfigureAwait(false);
            return;
        }

        if (answer is HttpAnswer.Stream stream)
        {
            await Write(context, stream, telemetry, stopping).ConfigureAwait(false);
            return;
        }

        await Answer(context, answer, telemetry).ConfigureAwait(false);
    }

    /// <summary>What a person did is in the access log before it is answered; of what goes on and on, that it began.</summary>
    private static async ValueTask<HttpAnswer> AnswerNoted(Operation operation, HttpCall call)
    {
        if (!call.Caller.IsPerson)
        {
            return await operation.Answer(call).ConfigureAwait(false);
        }

        HttpAnswer answer;
        try
        {
            answer = await operation.Answer(call).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            answer = call.Caller.Workspace.Telemetry.Explain(exception);
        }

        var outcome = answer is HttpAnswer.Problem problem ? problem.Failure.Name : AccessFacts.Ok;
        await call.Caller.Note(operation.Id, call.Subject, outcome).ConfigureAwait(false);
        return answer;
    }

    private static async Task Answer(HttpContext context, HttpAnswer answer, Telemetry telemetry)
    {
        switch (answer)
        {
            case HttpAnswer.Message message:
                await Write(context.Response, Json, ProtoJson.Format(message.Value), message.ETag).ConfigureAwait(false);
                break;
            case HttpAnswer.Document document:
                await Write(context.Response, Json, document.Utf8, document.ETag).ConfigureAwait(false);
                break;
            case HttpAnswer.Text text:
                await Write(context.Response, PlainText, Encoding.UTF8.GetBytes(text.Value), null).ConfigureAwait(false);
                break;
            case HttpAnswer.Problem problem:
                telemetry.Failed(problem.Failure);
                await Problems.Write(context.Response, problem.Failure, problem.Errors, context.RequestAborted).ConfigureAwait(false);
                break;
            default:
                throw new UnreachableException($"{answer.GetType().Name} is no answer.");
        }
    }

    private static async Task Write(HttpContext context, HttpAnswer.Stream stream, Telemetry telemetry, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Response.ContentType = Json + "; charset=utf-8";
            await stream.Write(context.Response.BodyWriter, ends.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                telemetry.Failed(exception is OperationCanceledException ? Failure.Draining : telemetry.Explain(exception));
            }

            context.Abort();
        }
    }

    /// <summary>However long it takes. What goes wrong before the first line is a problem like any other; later it is the last line.</summary>
    private static async Task Write(HttpContext context, HttpAnswer.Lines lines, Telemetry telemetry, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var response = context.Response;
        try
        {
            await foreach (var line in lines.Run(ends.Token).ConfigureAwait(false))
            {
                if (!response.HasStarted)
                {
                    response.ContentType = JsonLines;
                }

                await WriteLine(response, line, ends.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads any more.
        }
        catch (Exception exception)
        {
            var failure = exception is OperationCanceledException ? Failure.Draining : telemetry.Explain(exception);
            if (!response.HasStarted)
            {
                await Answer(context, failure, telemetry).ConfigureAwait(false);
                return;
            }

            telemetry.Failed(failure);
            await WriteLine(response, lines.Broken(failure), context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async Task WriteLine(HttpResponse response, IMessage line, CancellationToken ct)
    {
        response.BodyWriter.Write(ProtoJson.Format(line));
        response.BodyWriter.Write("\n"u8);
        await response.BodyWriter.FlushAsync(ct).ConfigureAwait(false);
    }

    private static async Task Write(HttpResponse response, string media, ReadOnlyMemory<byte> body, string? etag)
    {
        response.ContentType = media + "; charset=utf-8";
        response.ContentLength = body.Length;
        if (etag is not null)
        {
            response.Headers.ETag = etag;
        }

        await response.Body.WriteAsync(body).ConfigureAwait(false);
    }
}
