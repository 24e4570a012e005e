namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>Something that a random shop can do. <paramref name="Channel"/> null: on any.</summary>
internal sealed record ShopAction(string Id, Purpose Purpose, bool Transactional, string? Channel, int Worth);
