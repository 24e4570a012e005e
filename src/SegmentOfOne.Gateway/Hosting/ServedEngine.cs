using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>What a gateway serves: customers, playbooks and lists, of whichever engine.</summary>
/// <param name="Outbox">That of the home in this process; what is in it, it has from the store of all.</param>
/// <param name="Contents">What the engine makes ready before a playbook comes into force.</param>
/// <param name="Access">Keys and access log, closed with the gateway.</param>
/// <param name="KeyOf">The key of the customer that an identifier names; null: it can't name one.</param>
public sealed record ServedEngine(
    ICustomers Customers,
    IPlaybooks Playbooks,
    ICustomerQueries Queries,
    Contents Contents,
    MessageOutbox Outbox,
    IAccessStore Access,
    Func<Identifier?, CustomerKey?> KeyOf)
{
    public string Workspace { get; init; } = Gateway.Access.Workspace.Default;

    /// <summary>The clock that its customers live by; null: that of the whole program.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>What forgets customers.</summary>
    public required IErasures Erasures { get; init; }

    /// <summary>What brings customers together, and parts them.</summary>
    public required IIdentities Identities { get; init; }

    /// <summary>Carries out everything that is due by now, and says how many turns that took; null: in this engine nobody can ask for it.</summary>
    public Func<CancellationToken, Task<long>>? WakeDue { get; init; }
}
