using SegmentOfOne.Domain;

namespace SegmentOfOne.Silo.Messages;

/// <summary>A <see cref="Refusal"/> on its way to another process.</summary>
[GenerateSerializer]
[Alias("segmentofone.refusal")]
public readonly record struct RefusalMessage
{
    /// <summary>The <see cref="RefusalCode"/> by its name: silos of two versions need not number them alike.</summary>
    [Id(0)]
    public string Code { get; init; }

    [Id(1)]
    public string Message { get; init; }
}

[RegisterConverter]
internal sealed class RefusalConverter : IConverter<Refusal, RefusalMessage>
{
    public Refusal ConvertFromSurrogate(in RefusalMessage message) => new(Enum.Parse<RefusalCode>(message.Code), message.Message);

    public RefusalMessage ConvertToSurrogate(in Refusal refusal) => new() { Code = refusal.Code.ToString(), Message = refusal.Message };
}
