namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>A place of a random shop, on one channel.</summary>
/// <param name="Reserve">Minutes; null: the inbound place delivers with its answer.</param>
internal sealed record ShopPlace(string Name, bool Outbound, string Channel, int? Reserve);
