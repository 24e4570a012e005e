using SegmentOfOne.Engine;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Where customers are in journeys: sums that balance exactly.</summary>
public sealed class JourneysApi(ICustomerQueries queries, IPlaybooks playbooks)
{
    public IEnumerable<Operation> Operations =>
    [
        new("GET", "/admin/v1/journeys", "listJourneys", "Every journey: who entered, who is inside, who converted, who left otherwise.")
        {
            Reply = Admin.V1.JourneyList.Descriptor,
            Answer = List,
        },
        new("GET", "/admin/v1/journeys/{journey}", "getJourney", "The ways through a journey: nodes and links for a Sankey, the steps as a funnel, how long customers stay.")
        {
            Reply = Admin.V1.JourneyPaths.Descriptor,
            Problems = [404],
            Answer = Get,
        },
    ];

    private async ValueTask<HttpAnswer> List(HttpCall call)
    {
        var overview = await queries.Journeys(call.Aborted).ConfigureAwait(false);
        var playbook = playbooks.InForce.Playbook;
        var list = new Admin.V1.JourneyList { AsOf = Wire.ToWire(overview.AsOf) };
        foreach (var id in overview.Journeys.Select(sums => sums.Journey).Union(playbook.Journeys.Select(flow => flow.Id)).Order(StringComparer.Ordinal))
        {
            list.Journeys.Add(Wire.ToWire(Of(overview, id), playbook.TryJourney(id, out var flow) ? flow : null));
        }

        return new HttpAnswer.Message(list);
    }

    private async ValueTask<HttpAnswer> Get(HttpCall call)
    {
        var id = call.Path("journey");
        var overview = await queries.Journeys(call.Aborted).ConfigureAwait(false);
        var flow = playbooks.InForce.Playbook.TryJourney(id, out var known) ? known : null;
        var sums = Of(overview, id);
        return flow is null && sums.Entered == 0 && sums.Barred.IsEmpty
            ? Failure.NotFound("journey_not_found", $"There is, and was, no journey '{id}'.")
            : new HttpAnswer.Message(Wire.ToPaths(sums, flow, overview.AsOf));
    }

    private static JourneySums Of(JourneysOverview overview, string id) =>
        overview.Journeys.FirstOrDefault(sums => sums.Journey == id) ?? new JourneySums(id, 0, 0, [], [], [], [], []);
}
