namespace SegmentOfOne.Domain.Consent;

/// <summary>What kind of thing a consent is about. Numbers are part of the formats.</summary>
public enum ConsentKind : byte
{
    /// <summary>What we do it for.</summary>
    Purpose = 0,

    /// <summary>The way on which we come to the customer.</summary>
    Channel = 1,

    /// <summary>Knowing where the customer is.</summary>
    Location = 2,

    /// <summary>Coming to the customer at all; refused, it is "do not contact".</summary>
    Contact = 3,

    /// <summary>Watching what the customer does; refused, it is "do not track".</summary>
    Tracking = 4,

    /// <summary>Deciding by what is known of the customer; refused, it is "do not personalise".</summary>
    Personalisation = 5,
}
