using SegmentOfOne.Domain;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Brings two customers together where a person says so, and parts them again.</summary>
public sealed class IdentityApi(ServedEngine engine)
{
    public IEnumerable<Operation> Operations =>
    [
        new("POST", "/admin/v1/customers/{kind}/{value}/merge", "mergeCustomers", "Makes one customer of two: the one with the name of the higher priority goes on, then the one met earlier.")
        {
            Body = Admin.V1.MergeRequest.Descriptor,
            Reply = Admin.V1.Merged.Descriptor,
            Problems = [404, 409],
            Answer = Merge,
        },
        new("POST", "/admin/v1/customers/{kind}/{value}/unmerge", "unmergeCustomer", "Gives a customer back that was merged into another: both are as if they had never been one, with what came since by the identifiers of each.")
        {
            Reply = Admin.V1.Parted.Descriptor,
            Problems = [404, 409],
            Answer = Unmerge,
        },
    ];

    private async ValueTask<HttpAnswer> Merge(HttpCall call)
    {
        var body = await call.ReadMessage().ConfigureAwait(false);
        if (!body.Succeeded)
        {
            return body.Failure;
        }

        if (((Admin.V1.MergeRequest)body.Reply).With is not { Kind.Length: > 0, Value.Length: > 0 } other)
        {
            return Failure.Of(new Refusal(RefusalCode.CustomerMissing, "with needs a kind and a value."));
        }

        var answer = Wire.ToWire(await engine.Identities.Merge(Named(call), Wire.ToDomain(other), call.Aborted).ConfigureAwait(false));
        return answer.Succeeded ? new HttpAnswer.Message(answer.Reply) : answer.Failure;
    }

    private async ValueTask<HttpAnswer> Unmerge(HttpCall call)
    {
        var part = Named(call);
        var answer = Wire.ToWire(await engine.Identities.Unmerge(part, call.Aborted).ConfigureAwait(false), part);
        return answer.Succeeded ? new HttpAnswer.Message(answer.Reply) : answer.Failure;
    }

    private static Identifier Named(HttpCall call) => new(call.Path("kind"), call.Path("value"));
}
