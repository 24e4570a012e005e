using System.Collections.Immutable;
using System.Text.Json;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Erasures;

/// <summary>What is left to do once the keys are destroyed, so that whoever finishes it needs to read nothing more. Kept in the vault until it is done.</summary>
/// <param name="Customers">The customer first, then what else stands at its identifiers.</param>
/// <param name="Journeys">Where it is in journeys: {journey, step}.</param>
/// <param name="Erased">What there is to be deleted.</param>
internal sealed record ErasurePlan(ImmutableArray<string> Customers, ImmutableArray<ImmutableArray<string>> Journeys, ImmutableArray<ErasedRows> Erased)
{
    public IEnumerable<CustomerKey> Keys => Customers.Select(text => CustomerKey.TryParse(text, out var key) ? key : throw new InvalidDataException("no customer's key"));

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);

    public static ErasurePlan Of(byte[] bytes) => JsonSerializer.Deserialize<ErasurePlan>(bytes)!;
}
