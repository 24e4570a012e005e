using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Named groups of customers: how many are in them, and who.</summary>
public sealed class SegmentsApi(ICustomerQueries queries, IPlaybooks playbooks, TimeProvider time)
{
    public IEnumerable<Operation> Operations =>
    [
        new("GET", "/admin/v1/segments", "listSegments", "Every segment: who is in it, who came and went.")
        {
            Reply = Admin.V1.SegmentList.Descriptor,
            Answer = List,
        },
        new("GET", "/admin/v1/segments/{segment}/customers", "listCustomersOfSegment", "The customers in a segment by filter and order, as of the time that the answer says.")
        {
            Query = CustomerFilters.Parameters,
            Reply = Admin.V1.CustomerList.Descriptor,
            Problems = [404],
            Answer = ListCustomers,
        },
    ];

    private async ValueTask<HttpAnswer> List(HttpCall call)
    {
        var overview = await queries.Overview(call.Aborted).ConfigureAwait(false);
        var rules = Rules().ToDictionary(rule => rule.Name, StringComparer.Ordinal);
        var now = Instant.From(time.GetUtcNow());
        var list = new Admin.V1.SegmentList { AsOf = Wire.ToWire(overview.AsOf) };
        foreach (var name in overview.Segments.Where(sums => sums.Inside > 0).Select(sums => sums.Segment).Union(rules.Keys).Order(StringComparer.Ordinal))
        {
            var sums = overview.Segments.FirstOrDefault(one => one.Segment == name) ?? new SegmentSums(name, 0, 0, 0);
            list.Segments.Add(Wire.ToWire(sums, rules.GetValueOrDefault(name), overview.Ranks, now));
        }

        return new HttpAnswer.Message(list);
    }

    private async ValueTask<HttpAnswer> ListCustomers(HttpCall call)
    {
        var query = CustomerFilters.Read(call.Query) with { Segment = call.Path("segment") };
        if (call.Query.Problem is { } problem)
        {
            return problem;
        }

        if (Rules().All(rule => rule.Name != query.Segment)
            && (await queries.Overview(call.Aborted).ConfigureAwait(false)).Segments.All(sums => sums.Segment != query.Segment))
        {
            return Failure.NotFound("segment_not_found", $"There is, and was, no segment '{query.Segment}'.");
        }

        return new HttpAnswer.Message(Wire.ToWire(await queries.List(query, call.Aborted).ConfigureAwait(false)));
    }

    private ImmutableArray<SegmentRule> Rules() => playbooks.InForce.Playbook.Segments;
}
