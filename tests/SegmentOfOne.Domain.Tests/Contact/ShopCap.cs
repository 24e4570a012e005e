namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>A cap in the words of a playbook. <paramref name="Match"/> null: each is counted by itself.</summary>
/// <param name="Outbound">Null: both ways.</param>
/// <param name="Window">Minutes.</param>
internal sealed record ShopCap(string Scope, string? Match, bool? Outbound, int Limit, int Window);
