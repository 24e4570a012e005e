using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.WhatIfs;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Http;

/// <summary>What real customers would have been shown under another playbook, as a stream; it ends when its reader goes.</summary>
public sealed class WhatIfApi(ICustomers customers, ICustomerQueries queries, IPlaybooks playbooks)
{
    public IEnumerable<Operation> Operations =>
    [
        new("POST", "/admin/v1/whatif", "whatIf", "What would have been decided under another playbook. One JSON message a line, as it is found; the last is the result. Who closes the connection cancels.")
        {
            Body = Admin.V1.WhatIfRequest.Descriptor,
            Reply = Admin.V1.WhatIfStep.Descriptor,
            Media = HttpApi.JsonLines,
            Problems = [404, 413, 415, 422],
            Answer = Run,
        },
    ];

    private async ValueTask<HttpAnswer> Run(HttpCall call)
    {
        var read = await call.ReadMessage().ConfigureAwait(false);
        if (!read.Succeeded)
        {
            return read.Failure;
        }

        var request = (Admin.V1.WhatIfRequest)read.Reply;
        call.IsAbout(request.Customer);
        if (Mistake(request) is { } mistake)
        {
            return mistake;
        }

        var playbook = await PlaybookOf(request, call.Aborted).ConfigureAwait(false);
        if (playbook.Problem is { } problem)
        {
            return problem;
        }

        if (Wire.ToDomain(request, playbook.Value!, out var failure) is not { } question)
        {
            return failure!;
        }

        if (question.Customer is { } customer && await customers.Get(customer, null, call.Aborted).ConfigureAwait(false) is null)
        {
            return Failure.NotFound("customer_not_found", $"There is no customer {customer.Kind} '{customer.Value}'.");
        }

        return new HttpAnswer.Lines(ct => Steps(question, ct), broken => new Admin.V1.WhatIfStep { Error = Wire.ToWire(broken) });
    }

    private async IAsyncEnumerable<IMessage> Steps(WhatIfQuestion question, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var step in queries.WhatIf(question, ct).ConfigureAwait(false))
        {
            yield return Wire.ToWire(step, question.Carry);
        }
    }

    private static Failure? Mistake(Admin.V1.WhatIfRequest request) =>
        (request.Customer is null) == (request.Sample is null) ? Failure.Invalid("whatif_whose", "Name either a customer or a sample.")
        : request.PlaybookVersion < 0 || (request.Playbook is null) == (request.PlaybookVersion == 0)
            ? Failure.Invalid("whatif_playbook", "Give either a playbook or the version of one that was published.")
        : null;

    private async ValueTask<(Playbook? Value, HttpAnswer? Problem)> PlaybookOf(Admin.V1.WhatIfRequest request, CancellationToken ct)
    {
        if (request.Playbook is not { } document)
        {
            return await playbooks.Get(request.PlaybookVersion, ct).ConfigureAwait(false) is { } published
                ? (published.Playbook, null)
                : (null, Failure.NotFound("playbook_version_not_found", $"There is no version {request.PlaybookVersion}."));
        }

        var parse = Playbook.Parse(Wire.Document(document), playbooks.InForce.Version + 1);
        return parse.Succeeded
            ? (parse.Playbook, null)
            : (null, new HttpAnswer.Problem(
                new Failure("playbook_invalid", "The playbook has mistakes.", StatusCode.InvalidArgument, StatusCodes.Status422UnprocessableEntity), parse.Errors));
    }
}
