using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>No outbound touch from one time of day to another by the customer's clock; it may span midnight.</summary>
/// <param name="Channel">Null: every channel that has no quiet hours of its own.</param>
/// <param name="From">Minutes after midnight; so is <paramref name="To"/>, at which the quiet ends.</param>
public sealed record QuietHours(string? Channel, int From, int To)
{
    public bool Contain(int minuteOfDay) =>
        From < To ? minuteOfDay >= From && minuteOfDay < To : minuteOfDay >= From || minuteOfDay < To;
}

/// <summary>Sales among the outbound touches of the window, and among the last so many of these, are at most <paramref name="Most"/> of them.</summary>
public sealed record SaleShareRule(double Most, int Touches, TimeSpan Window);

/// <summary>What an outbound touch that was delivered adds to the trust balance. Below <paramref name="Floor"/> no outbound touch sells.</summary>
public sealed record TrustRule(TimeSpan HalfLife, double Care, double CareDismissed, double Sale, double SaleAccepted, double Floor);

/// <summary>What says that a customer wants to buy, and for how long it says so.</summary>
public sealed record IntentRule(ImmutableArray<string> Types, ImmutableArray<Evidence> Evidence, TimeSpan Holds);

/// <summary>When, how often and with what a customer may be touched.</summary>
/// <param name="DefaultZone">The zone of customers whose own isn't known.</param>
/// <param name="ZoneProperty">The property in which any interaction may name the customer's zone; null: none does.</param>
/// <param name="CareAfterOrder">So many touches after a first order sell nothing.</param>
/// <param name="ComplaintHolds">How long a complaint that wasn't settled counts as an open case.</param>
public sealed record ContactRules(
    string DefaultZone,
    string? ZoneProperty,
    ImmutableArray<QuietHours> QuietHours,
    ImmutableArray<CapRule> Caps,
    SaleShareRule SaleShare,
    TrustRule Trust,
    int CareAfterOrder,
    TimeSpan ComplaintHolds,
    IntentRule Intent)
{
    /// <summary>The longest window of a cap; zero without caps.</summary>
    public TimeSpan WidestCap { get; } = Caps.IsEmpty ? TimeSpan.Zero : Caps.Max(cap => cap.Window);

    /// <summary>The quiet hours of a channel; null when it has none.</summary>
    public QuietHours? QuietOn(string channel)
    {
        QuietHours? general = null;
        foreach (var quiet in QuietHours)
        {
            if (quiet.Channel == channel)
            {
                return quiet;
            }

            general = quiet.Channel is null ? quiet : general;
        }

        return general;
    }
}

/// <summary>For which purposes, and on which channels, an outbound touch needs a consent that was given: unknown and
/// expired are none there. Elsewhere it is enough that none was refused.</summary>
/// <param name="ExpiresAfter">How long a consent that was given counts; null: until it is taken back.</param>
public sealed record ConsentRules(ImmutableArray<Purpose> Purposes, ImmutableArray<string> Channels, TimeSpan? ExpiresAfter);
