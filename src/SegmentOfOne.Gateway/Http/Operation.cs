using System.Collections.Immutable;
using System.IO.Pipelines;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Gateway.Access;

namespace SegmentOfOne.Gateway.Http;

/// <summary>
/// One call of the HTTP API: the same declaration is what the router maps and what the OpenAPI document says,
/// so the document cannot leave a route out.
/// </summary>
public sealed record Operation(string Method, string Path, string Id, string Summary)
{
    public ImmutableArray<QueryParameter> Query { get; init; } = [];

    /// <summary>The message that the body is in protobuf JSON; null: no body is read as a message.</summary>
    public MessageDescriptor? Body { get; init; }

    /// <summary>The message that the answer is in protobuf JSON; null: the answer is <see cref="Document"/>.</summary>
    public MessageDescriptor? Reply { get; init; }

    /// <summary>What kind of JSON document stands in body or answer where no message does, such as a playbook.</summary>
    public string? Document { get; init; }

    /// <summary>The content type of the answer.</summary>
    public string Media { get; init; } = HttpApi.Json;

    /// <summary>True when the body is a <see cref="Document"/>.</summary>
    public bool TakesDocument { get; init; }

    /// <summary>True when the answer carries an ETag; changes of such a resource want it back as If-Match.</summary>
    public bool Tagged { get; init; }

    /// <summary>True when the call is refused without If-Match.</summary>
    public bool WantsIfMatch { get; init; }

    /// <summary>True when the call is refused without <see cref="HttpCall.PersonHeader"/>.</summary>
    public bool WantsPerson { get; init; }

    /// <summary>HTTP statuses of the problems this call may answer with, beside those every call may.</summary>
    public ImmutableArray<int> Problems { get; init; } = [];

    public required Func<HttpCall, ValueTask<HttpAnswer>> Answer { get; init; }
}

/// <summary>What an operation comes to; closed.</summary>
public abstract record HttpAnswer
{
    private HttpAnswer()
    {
    }

    /// <summary>200 with a message in protobuf JSON.</summary>
    public sealed record Message(IMessage Value, string? ETag = null) : HttpAnswer;

    /// <summary>200 with a JSON document as it was given.</summary>
    public sealed record Document(ReadOnlyMemory<byte> Utf8, string? ETag = null) : HttpAnswer;

    /// <summary>200 with plain text.</summary>
    public sealed record Text(string Value) : HttpAnswer;

    /// <summary>200 with a message in protobuf JSON a line, each sent as it comes; when the caller goes, <paramref name="Run"/> is cancelled.</summary>
    /// <param name="Broken">The last line, where something ends them early.</param>
    public sealed record Lines(Func<CancellationToken, IAsyncEnumerable<IMessage>> Run, Func<Failure, IMessage> Broken) : HttpAnswer;

    /// <summary>200 with JSON that is written as it is read. Where something ends it early the connection is cut: half a document mustn't pass for a whole.</summary>
    public sealed record Stream(Func<PipeWriter, CancellationToken, Task> Write) : HttpAnswer;

    /// <summary>A problem, as RFC 9457 has it; <paramref name="Errors"/> where one request is wrong in several places.</summary>
    public sealed record Problem(Failure Failure, ImmutableArray<PlaybookError> Errors = default) : HttpAnswer;

    public static implicit operator HttpAnswer(Failure failure) => new Problem(failure);
}

/// <summary>One HTTP call as an operation sees it.</summary>
public sealed class HttpCall(Operation operation, HttpContext context, Caller caller, CancellationToken aborted)
{
    /// <summary>Longest subject in the access log.</summary>
    private const int SubjectLength = 200;

    private string? _subject;

    /// <summary>Who calls, by name, for the audit trail, while there are no keys; afterwards it is the name of the key.</summary>
    public const string PersonHeader = "SegmentOfOne-Person";

    private const int PersonLength = 64;

    public Caller Caller => caller;

    /// <summary>What the call is about, for the access log: the customer of its path by the key, else what its path names.</summary>
    public string Subject => _subject ??= SubjectOfPath();

    /// <summary>Fires when the caller has gone or has waited long enough.</summary>
    public CancellationToken Aborted => aborted;

    public QueryReader Query { get; } = new(context.Request.Query, operation.Query);

    /// <summary>The header If-Match as it came; null when it is absent.</summary>
    public string? IfMatch => context.Request.Headers.IfMatch is [{ Length: > 0 } tag, ..] ? tag : null;

    /// <summary>Who calls, or that nobody is named. Not named is well, as an empty name, where the operation doesn't want it.</summary>
    public Answer<string> Person
    {
        get
        {
            if (caller.Key is not null)
            {
                return caller.Name;
            }

            var name = context.Request.Headers[PersonHeader].ToString().Trim();
            return name.Length > PersonLength || name.Any(char.IsControl) ? Failure.Invalid("person_invalid", $"A name in the header {PersonHeader} has at most {PersonLength} characters.")
                : name.Length == 0 && operation.WantsPerson ? Failure.Invalid("person_missing", $"Say who you are in the header {PersonHeader}: it stands in the audit trail.")
                : name;
        }
    }

    /// <summary>What is wrong with a call that names a person though its key does; null: it doesn't.</summary>
    public Failure? PersonProblem => caller.Key is not null && context.Request.Headers.ContainsKey(PersonHeader)
        ? Failure.Invalid("person_not_taken", $"Who calls is known by the key; the header {PersonHeader} is for where there are none.")
        : null;

    /// <summary>The call is about a customer that its path doesn't name.</summary>
    public void IsAbout(V1.Identifier? customer) =>
        _subject = customer is null || !caller.IsPerson ? _subject : caller.Workspace.Subject(Wire.ToDomain(customer));

    /// <summary>The call is about something that its path doesn't name.</summary>
    public void IsAbout(string subject) => _subject = subject;

    /// <summary>
    /// A path segment by its name in the pattern, each percent-escape decoded exactly once.
    /// Read from the raw target: the router leaves %2F as it is and so cannot tell it from %252F.
    /// </summary>
    public string Path(string name)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = target.IndexOf('?');
        var segments = (end < 0 ? target : target[..end]).Split('/');
        var index = Array.IndexOf(operation.Path.Split('/'), $"{{{name}}}");
        return Uri.UnescapeDataString(segments[index]);
    }

    private string SubjectOfPath()
    {
        if (operation.Path.Contains("{kind}/{value}", StringComparison.Ordinal))
        {
            return caller.Workspace.Subject(new Identifier(Path("kind"), Path("value")));
        }

        var (from, to) = (operation.Path.IndexOf('{', StringComparison.Ordinal), operation.Path.IndexOf('}', StringComparison.Ordinal));
        if (from < 0)
        {
            return "";
        }

        var name = operation.Path[(from + 1)..to];
        var subject = $"{name}:{Path(name)}";
        return subject.Length <= SubjectLength ? subject : subject[..SubjectLength];
    }

    /// <summary>The body as the operation's message, or what is wrong with it.</summary>
    public async ValueTask<Answer<IMessage>> ReadMessage()
    {
        var body = await ReadBody().ConfigureAwait(false);
        return body.Succeeded ? ProtoJson.Parse(body.Reply, operation.Body!) : body.Failure;
    }

    /// <summary>The bytes of a JSON body, or why they are not read.</summary>
    public ValueTask<Answer<byte[]>> ReadBody() => RequestBody.Read(context.Request, Aborted);
}
