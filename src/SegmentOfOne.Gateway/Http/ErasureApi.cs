using Microsoft.AspNetCore.Http;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Forgets customers, and says that it was done.</summary>
public sealed class ErasureApi(ServedEngine engine)
{
    private static readonly QueryParameter<ErasureReason> Reason = QueryParameter.Choice(
        "reason", "Why: the customer asked, a law wants it, or it should never have been kept.",
        new[] { ErasureReason.Request, ErasureReason.Law, ErasureReason.Mistake }.ToDictionary(Wire.Name, StringComparer.Ordinal), ErasureReason.Request);

    public IEnumerable<Operation> Operations =>
    [
        new("POST", "/admin/v1/customers/{kind}/{value}/erase", "eraseCustomer", "Forgets a customer for ever, in backups too: its key is destroyed, its rows are deleted, and nothing about it is taken any more.")
        {
            Query = [Reason],
            Reply = Admin.V1.Erasure.Descriptor,
            Problems = [404],
            Answer = Erase,
        },
        new("GET", "/admin/v1/erasures/{id}", "getErasure", "An erasure.")
        {
            Reply = Admin.V1.Erasure.Descriptor,
            Problems = [404],
            Answer = async call => await Find(call).ConfigureAwait(false) is { } erasure ? new HttpAnswer.Message(Wire.ToWire(erasure)) : NoSuchErasure(call),
        },
        new("GET", "/admin/v1/erasures/{id}/certificate", "getErasureCertificate", "The signed certificate of an erasure; `erasure verify FILE` says whether it is what was signed.")
        {
            Document = "What was erased, when, in which stores, and the head of the audit trail then; signed with ECDSA over P-256.",
            Problems = [404, 409],
            Answer = GetCertificate,
        },
        new("GET", "/admin/v1/erasure-key", "getErasureKey", "The public key that certificates are verified with, as PEM.")
        {
            Document = "A public key of ECDSA over P-256.",
            Media = HttpApi.PlainText,
            Answer = _ => new(new HttpAnswer.Text(engine.Erasures.PublicKey + "\n")),
        },
    ];

    private async ValueTask<HttpAnswer> Erase(HttpCall call)
    {
        var reason = call.Query.Read(Reason);
        if (call.Query.Problem is { } problem)
        {
            return problem;
        }

        if (call.Person is { Succeeded: false } nobody)
        {
            return nobody.Failure;
        }

        var erasure = await engine.Erasures.Erase(new Identifier(call.Path("kind"), call.Path("value")), reason, call.Person.Reply!, call.Aborted).ConfigureAwait(false);
        return erasure is null
            ? Failure.NotFound("customer_not_found", "There is no such customer.")
            : new HttpAnswer.Message(Wire.ToWire(erasure));
    }

    private async ValueTask<HttpAnswer> GetCertificate(HttpCall call) => await Find(call).ConfigureAwait(false) switch
    {
        null => NoSuchErasure(call),
        { Certificate: { } certificate } => new HttpAnswer.Document(certificate),
        _ => new Failure("erasure_unfinished", "Its rows are about to be deleted; ask again.", StatusCode.FailedPrecondition, StatusCodes.Status409Conflict),
    };

    private ValueTask<Erasure?> Find(HttpCall call) => engine.Erasures.Erasure(call.Path("id"), call.Aborted);

    private static HttpAnswer NoSuchErasure(HttpCall call) => Failure.NotFound("erasure_not_found", $"There is no erasure {call.Path("id")}.");
}
