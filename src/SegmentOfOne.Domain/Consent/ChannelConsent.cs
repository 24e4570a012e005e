namespace SegmentOfOne.Domain.Consent;

/// <summary>What a customer said about coming by one channel.</summary>
public readonly record struct ChannelConsent(string Channel, ConsentRecord Record);
