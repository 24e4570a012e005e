using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Store;

/// <summary>What a customer's row says of time.</summary>
/// <param name="At">When to look at the customer, in milliseconds since 1970: nothing is due before. <see cref="Residents.Resident.Never"/>: never.</param>
/// <param name="Playbook">The version of the playbook by which that was found: another one may say otherwise.</param>
internal readonly record struct DueColumns(long At, int Playbook);

/// <summary>A row of a customer that is to be looked at.</summary>
internal readonly record struct DueRow(long Number, CustomerKey Key, DueColumns Due);
