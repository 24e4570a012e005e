using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Silo.Messages;

/// <summary>A <see cref="CustomerView"/> on its way to another process: the state in its stored format.</summary>
[GenerateSerializer]
[Alias("segmentofone.customer_view")]
public readonly record struct CustomerViewMessage
{
    [Id(0)]
    public UInt128 Key { get; init; }

    [Id(1)]
    public long AsOf { get; init; }

    /// <summary>Involvement, interaction, intimacy, influence, engagement, advocacy.</summary>
    [Id(2)]
    public (double, double, double, double, double, double) Scores { get; init; }

    [Id(3)]
    public byte[] State { get; init; }
}

[RegisterConverter]
internal sealed class CustomerViewConverter : IConverter<CustomerView, CustomerViewMessage>
{
    public CustomerView ConvertFromSurrogate(in CustomerViewMessage message)
    {
        var key = new CustomerKey(message.Key);
        var state = new CustomerState(key);
        StateFormat.Read(message.State, key, state);
        var (involvement, interaction, intimacy, influence, engagement, advocacy) = message.Scores;
        return new CustomerView(
            key, new Instant(message.AsOf), new Scores(involvement, interaction, intimacy, influence, engagement, advocacy), state);
    }

    public CustomerViewMessage ConvertToSurrogate(in CustomerView view) => new()
    {
        Key = view.Key.Value,
        AsOf = view.AsOf.UnixMilliseconds,
        Scores = (view.Scores.Involvement, view.Scores.Interaction, view.Scores.Intimacy, view.Scores.Influence, view.Scores.Engagement, view.Scores.Advocacy),
        State = StateFormat.ToBytes(view.State),
    };
}
