using SegmentOfOne.Engine;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>What a gateway serves: customers, playbooks and lists, of whichever engine.</summary>
public sealed record ServedEngine(ICustomers Customers, IPlaybooks Playbooks, ICustomerQueries Queries);
