using System.Collections.Immutable;

namespace SegmentOfOne.Domain;

/// <summary>Every reason to refuse a request. The public name is the snake_case of the value (<see cref="RefusalCodes.Name"/>).</summary>
public enum RefusalCode
{
    /// <summary>No customer identifier, or one without kind or value.</summary>
    CustomerMissing,

    /// <summary>Kind or value of the identifier is longer than its limit.</summary>
    IdentifierTooLong,

    /// <summary>An interaction without the caller's id.</summary>
    InteractionIdMissing,

    /// <summary>An interaction without a type.</summary>
    TypeMissing,

    /// <summary>Neither an interaction nor a placement.</summary>
    NothingAsked,

    /// <summary>Id, type, channel, placement, name or text longer than its limit.</summary>
    TooLong,

    /// <summary>Text with lone surrogates, U+FFFD or control characters.</summary>
    InvalidText,

    /// <summary>A property without a name.</summary>
    PropertyNameMissing,

    /// <summary>A property that is NaN or infinite.</summary>
    NumberNotFinite,

    TooManyProperties,

    /// <summary>Properties that are too large together.</summary>
    PropertiesTooLarge,

    TooManyPlacements,

    /// <summary>A placement that the playbook in force doesn't have.</summary>
    UnknownPlacement,

    /// <summary>A placement that doesn't serve the request's channel.</summary>
    PlacementNotOnChannel,

    /// <summary>It happened more than five minutes ahead of now.</summary>
    InTheFuture,

    /// <summary>It happened before 1970.</summary>
    TooOld,

    /// <summary>The money that it would move, or an amount that this is computed from, exceeds <see cref="Playbooks.PlaybookLimits.Amount"/> up or
    /// down, or has more digits than a decimal holds.</summary>
    AmountTooLarge,

    /// <summary>The customer was erased: nothing about it is taken any more.</summary>
    CustomerErased,

    /// <summary>The customer doesn't want to be tracked, and the interaction is marked as tracking.</summary>
    DoNotTrack,
}

/// <summary>The public names of <see cref="RefusalCode"/>.</summary>
public static class RefusalCodes
{
    private static readonly ImmutableArray<string> Names = [.. Enum.GetNames<RefusalCode>().Select(Snake)];

    /// <summary>The public name, such as interaction_id_missing.</summary>
    public static string Name(this RefusalCode code) => Names[(int)code];

    private static string Snake(string name) => string.Concat(
        name.Select((letter, i) => char.IsUpper(letter) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(letter) : letter.ToString()));
}
