using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>What a gateway serves: customers, playbooks and lists, of whichever engine.</summary>
/// <param name="Contents">What the engine makes ready before a playbook comes into force.</param>
public sealed record ServedEngine(ICustomers Customers, IPlaybooks Playbooks, ICustomerQueries Queries, Contents Contents);
