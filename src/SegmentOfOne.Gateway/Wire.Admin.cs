using System.Collections.Immutable;
using Google.Protobuf.Collections;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Gateway;

// What the admin endpoint shows.
public static partial class Wire
{
    /// <summary>Without what the engine does not know: clock, refusals, the program's version.</summary>
    public static Admin.V1.Overview ToWire(Overview overview, PublishedPlaybook playbook)
    {
        var process = overview.Process;
        var wire = new Admin.V1.Overview
        {
            AsOf = ToWire(overview.AsOf),
            Customers = (ulong)overview.Customers,
            Turns = (ulong)overview.Turns,
            Money = new V1.Money
            {
                Currency = playbook.Playbook.Currency,
                Orders = (ulong)overview.Money.Orders,
                Revenue = ToWire(overview.Money.Revenue),
                Returns = (ulong)overview.Money.Returns,
                Returned = ToWire(overview.Money.Returned),
            },
            Touches = ToWire(overview.Touches),
            Playbook = ToWire(playbook),
            Process = new Admin.V1.Process
            {
                StartedAt = ToWire(process.StartedAt),
                Overloaded = (ulong)process.Overloaded,
                Unavailable = (ulong)process.Unavailable,
                ResidentCustomers = (ulong)process.Resident,
                ResidentBytes = (ulong)process.SlabBytes,
                ResidentBytesMost = (ulong)process.SlabBudgetBytes,
                UnsavedTurns = (ulong)process.UnsavedTurns,
                UnsavedBytes = (ulong)process.UnsavedBytes,
                JournalBytes = (ulong)process.JournalBytes,
                CustomersWithDue = (ulong)process.WithDue,
                EarliestDue = process.EarliestDue is { } due ? ToWire(due) : null,
                ClockTurns = (ulong)process.ClockTurns,
            },
            ClockTurns = (ulong)overview.ClockTurns,
            Merges = (ulong)overview.Merges,
            Unmerges = (ulong)overview.Unmerges,
        };
        foreach (var refused in overview.ClaimsRefused)
        {
            wire.ClaimsRefused.Add(Name(refused.Reason), (ulong)refused.Count);
        }

        foreach (var stage in overview.Stages)
        {
            wire.ByStage.Add(new Admin.V1.StageSums { Stage = ToWire(stage.Stage), Customers = (ulong)stage.Occupancy, Inflow = (ulong)stage.Inflow, Outflow = (ulong)stage.Outflow });
        }

        foreach (var flow in overview.Flows)
        {
            wire.StageFlows.Add(new Admin.V1.StageFlow { From = ToWire(flow.From), To = ToWire(flow.To), Count = (ulong)flow.Count });
        }

        Add(wire.ByChannel, overview.Channels);
        Add(wire.ByType, overview.Types);
        Add(wire.UnknownTypes, overview.UnknownTypes);
        Add(wire.Messages, overview.Messages);
        foreach (var segment in overview.Segments)
        {
            wire.Segments.Add(ToWire(segment));
        }

        foreach (var member in overview.Members)
        {
            wire.Members.Add(ToWire(member));
        }

        return wire;
    }

    private static Admin.V1.Member ToWire(Member member)
    {
        var wire = new Admin.V1.Member { Name = member.Name };
        if (member.PlaybookVersion is { } version)
        {
            wire.PlaybookVersion = version;
        }

        return wire;
    }

    public static Admin.V1.CustomerList ToWire(CustomerPage page)
    {
        var wire = new Admin.V1.CustomerList { AsOf = ToWire(page.AsOf), ValuedAt = ToWire(page.ValuedAt), NextCursor = page.Next ?? "" };
        foreach (var customer in page.Customers)
        {
            var row = new Admin.V1.CustomerRow
            {
                CustomerKey = customer.Key.ToString(),
                Version = (ulong)customer.Version,
                Stage = ToWire(customer.Stage),
                Engagement = ToWire(customer.Scores),
                AtRisk = customer.AtRisk,
                InRecovery = customer.InRecovery,
                Orders = (ulong)customer.Orders,
                Value = ToWire(customer.Value),
                FirstSeen = ToWire(customer.FirstSeen),
                LastSeen = ToWire(customer.LastSeen),
            };
            foreach (var identifier in customer.Identifiers)
            {
                row.Identifiers.Add(ToWire(identifier));
            }

            wire.Customers.Add(row);
        }

        return wire;
    }

    public static Admin.V1.PlaybookVersions ToWire(ImmutableArray<PlaybookVersion> versions)
    {
        var wire = new Admin.V1.PlaybookVersions();
        foreach (var version in versions)
        {
            wire.Versions.Add(new Admin.V1.PlaybookVersion
            {
                Version = version.Version,
                Name = version.Name,
                PublishedAt = ToWire(version.PublishedAt),
                RolledBackTo = version.RolledBackTo ?? 0,
                InForce = version.InForce,
            });
        }

        return wire;
    }

    /// <summary>The playbook in force.</summary>
    public static Admin.V1.PlaybookVersion ToWire(PublishedPlaybook playbook) => new()
    {
        Version = playbook.Version,
        Name = playbook.Playbook.Name,
        PublishedAt = ToWire(playbook.PublishedAt),
        RolledBackTo = playbook.RolledBackTo ?? 0,
        InForce = true,
    };

    private static Admin.V1.TouchSums ToWire(TouchSums touches)
    {
        var wire = new Admin.V1.TouchSums { Decisions = (ulong)touches.Decisions, Transactional = (ulong)touches.Transactional, Withdrawn = (ulong)touches.Withdrawn };
        if (touches.NonSaleShare is { } share)
        {
            wire.NonSaleShare = share;
        }

        Add(wire.Outbound, touches.Outbound);
        Add(wire.Inbound, touches.Inbound);
        return wire;
    }

    private static void Add(MapField<string, ulong> wire, ImmutableArray<PurposeCount> counts)
    {
        foreach (var (purpose, count) in counts)
        {
            wire.Add(Name(purpose), (ulong)count);
        }
    }

    private static void Add(MapField<string, ulong> wire, ImmutableArray<NamedCount> counts)
    {
        foreach (var (name, count) in counts)
        {
            wire.Add(name, (ulong)count);
        }
    }
}
