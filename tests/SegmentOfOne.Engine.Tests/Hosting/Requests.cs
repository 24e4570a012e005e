using System.Collections.Immutable;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>Requests as callers make them.</summary>
internal static class Requests
{
    public static Identifier User(string value) => new("user_id", value);

    public static TurnRequest Interaction(
        string customer, string id, string type = "page_viewed", string channel = "web", Instant? at = null, Properties? properties = null,
        params ImmutableArray<string> placements) => new()
    {
        Customer = User(customer),
        Id = id,
        Type = type,
        Channel = channel,
        OccurredAt = at,
        Properties = properties ?? Properties.Empty,
        Placements = placements,
    };
}
