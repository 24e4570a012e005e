using SegmentOfOne.Domain;

namespace SegmentOfOne.Silo.Messages;

/// <summary>A <see cref="TurnRequest"/> on its way to another process.</summary>
[GenerateSerializer]
[Alias("segmentofone.turn_request")]
public readonly record struct TurnRequestMessage
{
    [Id(0)]
    public string Kind { get; init; }

    [Id(1)]
    public string Value { get; init; }

    [Id(2)]
    public string Id { get; init; }

    [Id(3)]
    public string? Type { get; init; }

    [Id(4)]
    public string Channel { get; init; }

    [Id(5)]
    public long? OccurredAt { get; init; }

    [Id(6)]
    public PropertyMessage[] Properties { get; init; }

    [Id(7)]
    public string[] Placements { get; init; }

    /// <summary>By which customer it came, which is part of the one that is asked; null: by none.</summary>
    [Id(8)]
    public UInt128? Via { get; init; }

    [Id(9)]
    public int Hops { get; init; }
}

[RegisterConverter]
internal sealed class TurnRequestConverter : IConverter<TurnRequest, TurnRequestMessage>
{
    public TurnRequest ConvertFromSurrogate(in TurnRequestMessage message) => new()
    {
        Customer = new Identifier(message.Kind, message.Value),
        Id = message.Id,
        Type = message.Type,
        Channel = message.Channel,
        OccurredAt = message.OccurredAt is { } at ? new Instant(at) : null,
        Properties = PropertyMessage.Read(message.Properties),
        Placements = [.. message.Placements],
        Via = message.Via is { } via ? new Detour(new CustomerKey(via), message.Hops) : null,
    };

    public TurnRequestMessage ConvertToSurrogate(in TurnRequest request) => new()
    {
        Kind = request.Customer.Kind,
        Value = request.Customer.Value,
        Id = request.Id,
        Type = request.Type,
        Channel = request.Channel,
        OccurredAt = request.OccurredAt?.UnixMilliseconds,
        Properties = PropertyMessage.Write(request.Properties),
        Placements = [.. request.Placements],
        Via = request.Via?.Key.Value,
        Hops = request.Via?.Hops ?? 0,
    };
}
