using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;
using SegmentOfOne.Domain.Zones;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>Reads the rules of contact and of consent. What isn't said is as in the defaults of the domain.</summary>
internal static class ContactReader
{
    private const double UsualSaleShare = 0.40;
    private const int UsualSaleTouches = 10;
    private const int UsualCareAfterOrder = 2;
    private const int MostCareAfterOrder = 100;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    public static ContactRules Read(PlaceObject contact)
    {
        var zone = contact.Object("time_zone", FieldList.TimeZone);
        var recovery = contact.Object("recovery_lock", FieldList.RecoveryLock);
        return new ContactRules(
            zone["default"]?.Zone() ?? ZoneTable.Utc,
            zone["property"]?.Term(Limits.PropertyNameBytes),
            QuietHours(contact.Items("quiet_hours", PlaybookLimits.QuietHours)),
            [.. contact.Items("caps", PlaybookLimits.Caps).Select(Cap)],
            SaleShare(contact.Object("sale_share", FieldList.SaleShare)),
            Trust(contact.Object("trust", FieldList.Trust)),
            contact.Whole("care_after_order", 0, MostCareAfterOrder, UsualCareAfterOrder),
            recovery.Duration("complaint_holds", ShortestWindow, PlaybookLimits.LongestDuration, Month),
            Intent(contact.Object("intent", FieldList.Intent)));
    }

    public static ConsentRules ReadConsent(PlaceObject consent) => new(
        [.. consent.Items("purposes", Words.Purposes.Count).Select(place => place.OneOf(Words.Purposes, "purpose"))],
        [.. consent.Items("channels", PlaybookLimits.Channels).Select(place => place.Channel())],
        consent["expires_after"]?.Duration(ShortestWindow, PlaybookLimits.LongestDuration));

    private static ImmutableArray<QuietHours> QuietHours(List<Place> places)
    {
        var all = ImmutableArray.CreateBuilder<QuietHours>();
        foreach (var place in places)
        {
            var hours = place.Object(FieldList.QuietHours);
            var quiet = new QuietHours(hours["channel"]?.Channel(), hours["from"]?.TimeOfDay() ?? 0, hours["to"]?.TimeOfDay() ?? 1);
            if (quiet.From == quiet.To)
            {
                place.Mistake(PlaybookErrorCode.WrongOrder, "Quiet hours end at another time than they begin.");
            }
            else if (all.Any(other => other.Channel == quiet.Channel))
            {
                place.Mistake(PlaybookErrorCode.DuplicateName, quiet.Channel is null
                    ? "There are quiet hours for every channel already."
                    : "There are quiet hours for this channel already.");
            }

            all.Add(quiet);
        }

        return all.DrainToImmutable();
    }

    private static CapRule Cap(Place place)
    {
        var cap = place.Object(FieldList.Cap);
        var scope = cap["scope"]?.OneOf(Words.CapScopes, "scope") ?? default;
        var match = cap["match"] is { } named ? Match(named, scope) : null;
        return new CapRule(
            scope,
            match,
            cap["direction"]?.OneOf(Words.Directions, "direction"),
            cap["limit"] is { } limit ? WithinLedger(limit, limit.Whole(1, int.MaxValue), Limits.Touches) : 1,
            Window(cap["window"], Month))
        {
            Purpose = match is not null && scope == CapScope.Purpose && Words.Purposes.TryGetValue(match, out var purpose) ? purpose : null,
        };
    }

    private static string? Match(Place place, CapScope scope)
    {
        switch (scope)
        {
            case CapScope.Purpose:
                return place.Declared(Words.Purposes.Keys, "purpose", PlaybookErrorCode.UnknownValue);
            case CapScope.Channel:
                return place.Channel();
            case CapScope.Action:
                return place.Declared(place.Report.Actions, "action", PlaybookErrorCode.UnknownAction);
            default:
                place.Mistake(PlaybookErrorCode.Contradiction, "A cap over all touches has nothing to match.");
                return null;
        }
    }

    private static SaleShareRule SaleShare(PlaceObject share) => new(
        share.Number("max", 0, 1, UsualSaleShare),
        share["touches"] is { } touches ? WithinLedger(touches, touches.Whole(1, int.MaxValue), Limits.Touches) : UsualSaleTouches,
        Window(share["window"], Month));

    private static TrustRule Trust(PlaceObject trust) => new(
        trust.Duration("half_life", PlaybookLimits.ShortestHalfLife, PlaybookLimits.LongestDuration, Month),
        trust.Number("care", 0, PlaybookLimits.Gamma, 1),
        trust.Number("care_dismissed", -PlaybookLimits.Gamma, PlaybookLimits.Gamma),
        trust.Number("sale", -PlaybookLimits.Gamma, 0, -1.5),
        trust.Number("sale_accepted", -PlaybookLimits.Gamma, PlaybookLimits.Gamma, -0.5),
        trust.Number("floor", -PlaybookLimits.Gamma, PlaybookLimits.Gamma));

    private static IntentRule Intent(PlaceObject intent) => new(
        [.. intent.Items("types", PlaybookLimits.IntentTypes).Select(place =>
            place.Declared(place.Report.Names.Types, "interaction", PlaybookErrorCode.UnknownInteraction))],
        [.. intent.Items("evidence", Words.Evidences.Count).Select(place => place.OneOf(Words.Evidences, "evidence")).Where(one => one != Evidence.None)],
        intent.Duration("holds", ShortestWindow, PlaybookLimits.LongestDuration));

    private static TimeSpan Window(Place? place, TimeSpan otherwise)
    {
        if (place is not { } window)
        {
            return otherwise;
        }

        var length = window.Duration(ShortestWindow, PlaybookLimits.LongestDuration);
        return WithinLedger(window, length, Limits.TouchWindow);
    }

    private static T WithinLedger<T>(Place place, T asked, T most)
        where T : IComparable<T>
    {
        if (asked.CompareTo(most) > 0)
        {
            place.Mistake(PlaybookErrorCode.BeyondLedger, $"The ledger of touches holds {Limits.Touches} touches of {Limits.TouchWindow.Days} days; no rule can count more.");
        }

        return asked;
    }
}
