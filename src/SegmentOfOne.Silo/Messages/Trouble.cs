using SegmentOfOne.Domain;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Silo.Messages;

/// <summary>Why a customer did not answer: the two exceptions that are part of the port, as values, because exceptions are dear to send.</summary>
[GenerateSerializer]
[Immutable]
[Alias("segmentofone.trouble")]
public sealed record Trouble
{
    /// <summary>An <see cref="Unavailability"/>; null: the customer is damaged.</summary>
    [Id(0)]
    public int? Reason { get; init; }

    /// <summary>What is said; of a damaged customer, which part is.</summary>
    [Id(1)]
    public string Text { get; init; } = "";

    [Id(2)]
    public TimeSpan RetryAfter { get; init; }

    /// <summary>The damaged customer.</summary>
    [Id(3)]
    public UInt128 Key { get; init; }

    /// <summary>It took longer than anybody waits.</summary>
    public static Trouble Late { get; } = new()
    {
        Reason = (int)Unavailability.Overloaded, Text = "It takes too long.", RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>Whether the process that said so is about to end, so that another one will answer.</summary>
    public bool IsLeaving => Reason == (int)Unavailability.Draining;

    /// <summary>Null: the exception is not one of the port.</summary>
    public static Trouble? Of(Exception exception) => exception switch
    {
        CustomersUnavailableException busy => new Trouble { Reason = (int)busy.Reason, Text = busy.Message, RetryAfter = busy.RetryAfter },
        CustomerDamagedException damaged => new Trouble { Key = damaged.Key.Value, Text = damaged.What },
        _ => null,
    };

    public Exception Exception() => Reason is { } reason
        ? new CustomersUnavailableException((Unavailability)reason, Text, RetryAfter)
        : new CustomerDamagedException(new CustomerKey(Key), Text);
}
