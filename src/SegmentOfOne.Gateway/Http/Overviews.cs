using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Http;

/// <summary>The overview: what the engine counts, and what only the gateway knows (clock, refusals, playbook).</summary>
public sealed class Overviews(ICustomerQueries queries, IPlaybooks playbooks, Telemetry telemetry, TimeProvider time)
{
    public async ValueTask<Admin.V1.Overview> Get(CancellationToken ct)
    {
        var wire = Wire.ToWire(await queries.Overview(ct).ConfigureAwait(false), playbooks.InForce);
        wire.Clock = ClockOf(time);
        wire.Process.Version = HttpApi.Version;
        foreach (var (name, count) in telemetry.Refusals.OrderByDescending(refusal => refusal.Value))
        {
            wire.Refused.Add(name, (ulong)count);
        }

        return wire;
    }

    public static Admin.V1.Clock ClockOf(TimeProvider time) => new()
    {
        Now = Wire.ToWire(Instant.From(time.GetUtcNow())),
        Shifted = time is ShiftedTimeProvider or StandingTimeProvider,
        Stands = time is StandingTimeProvider,
    };
}
