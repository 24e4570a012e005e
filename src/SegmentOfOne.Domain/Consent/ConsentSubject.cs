namespace SegmentOfOne.Domain.Consent;

/// <summary>What a consent is about. <paramref name="Purpose"/> has meaning for the kind Purpose only, <paramref name="Channel"/> for the
/// kind Channel only and is empty otherwise.</summary>
public readonly record struct ConsentSubject(ConsentKind Kind, Purpose Purpose, string Channel)
{
    public static readonly ConsentSubject Location = new(ConsentKind.Location, default, "");

    public static readonly ConsentSubject Contact = new(ConsentKind.Contact, default, "");

    public static ConsentSubject Of(Purpose purpose) => new(ConsentKind.Purpose, purpose, "");

    public static ConsentSubject Of(string channel) => new(ConsentKind.Channel, default, channel);
}
