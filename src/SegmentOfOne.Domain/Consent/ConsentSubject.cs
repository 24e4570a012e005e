using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Consent;

/// <summary>What a consent is about. <paramref name="Purpose"/> has meaning for the kind Purpose only, <paramref name="Channel"/> for the
/// kind Channel only and is empty otherwise.</summary>
public readonly record struct ConsentSubject(ConsentKind Kind, Purpose Purpose, string Channel)
{
    public static readonly ConsentSubject Location = new(ConsentKind.Location, default, "");

    public static readonly ConsentSubject Contact = new(ConsentKind.Contact, default, "");

    public static readonly ConsentSubject Tracking = new(ConsentKind.Tracking, default, "");

    public static readonly ConsentSubject Personalisation = new(ConsentKind.Personalisation, default, "");

    /// <summary>All but the channels. The order is part of the formats.</summary>
    public static readonly ImmutableArray<ConsentSubject> Fixed =
        [.. Enum.GetValues<Purpose>().Select(Of), Location, Contact, Tracking, Personalisation];

    /// <summary>The place in <see cref="Fixed"/>; of a channel −1.</summary>
    internal int Place => Kind switch
    {
        ConsentKind.Purpose => (int)Purpose,
        ConsentKind.Channel => -1,
        _ => ConsentState.Purposes + (Kind - ConsentKind.Location),
    };

    public static ConsentSubject Of(Purpose purpose) => new(ConsentKind.Purpose, purpose, "");

    public static ConsentSubject Of(string channel) => new(ConsentKind.Channel, default, channel);
}
