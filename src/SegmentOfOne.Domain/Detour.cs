namespace SegmentOfOne.Domain;

/// <summary>By which customer a request came to the one that answers for it.</summary>
/// <param name="Hops">How often it was sent on.</param>
public sealed record Detour(CustomerKey Key, int Hops)
{
    /// <summary>Beyond, something is wrong with who is part of whom.</summary>
    public const int MostHops = 2 * Limits.Identifiers;
}
