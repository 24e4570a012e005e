using System.Collections.Immutable;
using SegmentOfOne.Engine.Outbox;

namespace SegmentOfOne.Gateway.Outbox;

/// <summary>What a receivers' file says.</summary>
/// <param name="Mistakes">Each with its path; none: <paramref name="Receivers"/> is everything. They hold no secret.</param>
public sealed record ReceiversRead(ImmutableArray<Receiver> Receivers, ImmutableArray<string> Mistakes);
