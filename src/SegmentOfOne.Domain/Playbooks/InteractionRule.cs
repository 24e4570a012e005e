using SegmentOfOne.Domain.Contact;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What one interaction adds to the accumulators. All are finite and at least 0;
/// <paramref name="Liked"/> and <paramref name="Disliked"/> are the two sides of Intimacy, of which at most one is above 0.</summary>
public readonly record struct EarnedWeights(
    double Involvement, double Interaction, double Liked, double Disliked, double Influence);

/// <summary>Which transaction an interaction moves, and to what phase: the episode is named by the text or number
/// in property <paramref name="KeyProperty"/>; without that property the interaction moves none.</summary>
public sealed record EpisodeRule(string KeyProperty, EpisodePhase Phase);

/// <summary>What an interaction says about what we may do.</summary>
public enum ConsentStatement
{
    /// <summary>Its properties purpose, channel and location say to what.</summary>
    Given,
    Denied,
    Withdrawn,
    DoNotContact,
    ContactAllowed,
    DoNotTrack,
    TrackingAllowed,
    DoNotPersonalise,
    PersonalisationAllowed,
}

/// <summary>Which properties say where the customer is: degrees, degrees, meters within which that is sure, and "car" or anything else.</summary>
public sealed record LocationProperties(string Latitude, string Longitude, string? Accuracy, string? Travel);

/// <summary>What one interaction type means. Weights read only the interaction itself, so their sum is the same in any order.</summary>
public sealed record InteractionRule(
    string Type,
    Expression? Involvement,
    Expression? Interaction,
    Expression? Intimacy,
    Expression? Influence,
    Evidence Evidence,
    AmountExpression? Revenue,
    string? ItemProperty,
    EpisodeRule? Episode)
{
    /// <summary>What it reports of the touch that its property receipt_id names; None: it is no report.</summary>
    public TouchReport Report { get; init; }

    /// <summary>Null: nothing about what we may do.</summary>
    public ConsentStatement? Consent { get; init; }

    /// <summary>It tells of watching the customer, not of what the customer did with us as a party: not taken of who doesn't want to be tracked.</summary>
    public bool Tracking { get; init; }

    /// <summary>Null: not where the customer is.</summary>
    public LocationProperties? Location { get; init; }

    /// <summary>The weights of this interaction. A negative Involvement, Interaction or Influence counts as 0;
    /// the sign of Intimacy picks its side; nothing exceeds <see cref="PlaybookLimits.Weight"/>.</summary>
    public EarnedWeights Weigh(in Scope scope)
    {
        var intimacy = Math.Clamp(Intimacy?.Number(scope) ?? 0, -PlaybookLimits.Weight, PlaybookLimits.Weight);
        return new EarnedWeights(
            AtLeastZero(Involvement, scope),
            AtLeastZero(Interaction, scope),
            Math.Max(intimacy, 0),
            Math.Max(-intimacy, 0),
            AtLeastZero(Influence, scope));
    }

    private static double AtLeastZero(Expression? weight, in Scope scope) =>
        weight is null ? 0 : Math.Clamp(weight.Number(scope), 0, PlaybookLimits.Weight);
}
