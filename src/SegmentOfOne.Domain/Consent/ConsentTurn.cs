using System.Globalization;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Consent;

/// <summary>What an interaction says about what we may do.</summary>
internal static class ConsentTurn
{
    private const string PurposeProperty = "purpose";
    private const string ChannelProperty = "channel";
    private const string LocationProperty = "location";
    private const string SourceProperty = "source";
    private const string ProofProperty = "proof";
    private const string PolicyVersionProperty = "policy_version";

    /// <summary>What an interaction that makes a statement says. Given, denied and withdrawn count for the purpose, the channel and the location
    /// that the properties name. A refusal that names none of them, or a purpose that isn't one, is meant for every purpose and for location: no
    /// refusal is lost by a word.</summary>
    public static void Observe(in Draft draft, ConsentStatement? statement, TurnRequest request, Instant at)
    {
        if (statement is null)
        {
            return;
        }

        var origin = OriginOf(draft.State.Key, request);
        switch (statement)
        {
            case ConsentStatement.Given:
                Tell(draft, ConsentStatus.Granted, request.Properties, at, origin);
                break;
            case ConsentStatement.Denied:
                Tell(draft, ConsentStatus.Denied, request.Properties, at, origin);
                break;
            case ConsentStatement.Withdrawn:
                Tell(draft, ConsentStatus.Withdrawn, request.Properties, at, origin);
                break;
            case ConsentStatement.DoNotContact:
                draft.Emit(new ConsentTold(ConsentSubject.Contact, ConsentStatus.Denied, at, origin));
                break;
            case ConsentStatement.ContactAllowed:
                draft.Emit(new ConsentTold(ConsentSubject.Contact, ConsentStatus.Granted, at, origin));
                break;
            case ConsentStatement.DoNotTrack:
                draft.Emit(new ConsentTold(ConsentSubject.Tracking, ConsentStatus.Denied, at, origin));
                break;
            case ConsentStatement.TrackingAllowed:
                draft.Emit(new ConsentTold(ConsentSubject.Tracking, ConsentStatus.Granted, at, origin));
                break;
            case ConsentStatement.DoNotPersonalise:
                draft.Emit(new ConsentTold(ConsentSubject.Personalisation, ConsentStatus.Denied, at, origin));
                break;
            case ConsentStatement.PersonalisationAllowed:
                draft.Emit(new ConsentTold(ConsentSubject.Personalisation, ConsentStatus.Granted, at, origin));
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"statement {statement}");
        }
    }

    /// <summary>Grants whose time is over.</summary>
    public static void Expire(in Draft draft, ConsentRules rules, Instant due)
    {
        if (rules.ExpiresAfter is not { } after)
        {
            return;
        }

        var consent = draft.State.Consent;
        foreach (var subject in ConsentSubject.Fixed)
        {
            Expire(draft, subject, consent.For(subject), after, due);
        }

        for (var i = 0; i < consent.Channels.Length; i++)
        {
            Expire(draft, ConsentSubject.Of(consent.Channels[i].Channel), consent.Channels[i].Record, after, due);
        }
    }

    /// <summary>When the first grant is over; null: none will be.</summary>
    public static Instant? NextDue(ConsentState consent, ConsentRules rules)
    {
        if (rules.ExpiresAfter is not { } after)
        {
            return null;
        }

        Instant? first = null;
        foreach (var subject in ConsentSubject.Fixed)
        {
            first = Earlier(first, consent.For(subject));
        }

        foreach (var channel in consent.Channels)
        {
            first = Earlier(first, channel.Record);
        }

        return first + after;
    }

    private static void Expire(in Draft draft, ConsentSubject subject, ConsentRecord record, TimeSpan after, Instant due)
    {
        if (record.IsGranted && record.At + after <= due)
        {
            draft.Emit(new ConsentExpired(subject, due));
        }
    }

    private static Instant? Earlier(Instant? first, ConsentRecord record) =>
        record.IsGranted && !(first <= record.At) ? record.At : first;

    private static void Tell(in Draft draft, ConsentStatus status, Properties properties, Instant at, ConsentOrigin? origin)
    {
        var channel = TextOf(properties, ChannelProperty);
        var purpose = TextOf(properties, PurposeProperty);
        var location = properties.TryGet(LocationProperty, out var value) && PropertyReading.TryTruth(value, out var truth) && truth;
        var known = Words.Purposes.TryGetValue(purpose, out var one);
        if (channel.Length is > 0 and <= Limits.ChannelBytes)
        {
            draft.Emit(new ConsentTold(ConsentSubject.Of(channel), status, at, origin));
        }

        if (known)
        {
            draft.Emit(new ConsentTold(ConsentSubject.Of(one), status, at, origin));
        }

        if (location)
        {
            draft.Emit(new ConsentTold(ConsentSubject.Location, status, at, origin));
        }

        var nothingNamed = channel.Length == 0 && purpose.Length == 0 && !location;
        var misnamed = (purpose.Length > 0 && !known) || channel.Length > Limits.ChannelBytes;
        if (status != ConsentStatus.Granted && (nothingNamed || misnamed))
        {
            TellAll(draft, status, at, origin);
        }
    }

    private static void TellAll(in Draft draft, ConsentStatus status, Instant at, ConsentOrigin? origin)
    {
        for (var purpose = Purpose.Sell; purpose <= Purpose.Ask; purpose++)
        {
            draft.Emit(new ConsentTold(ConsentSubject.Of(purpose), status, at, origin));
        }

        draft.Emit(new ConsentTold(ConsentSubject.Location, status, at, origin));
    }

    /// <summary>Unless a property says where it was said, it was said on the channel of the interaction.</summary>
    private static ConsentOrigin? OriginOf(CustomerKey customer, TurnRequest request) => ConsentOrigin.Of(
        Bounded(customer, request.Properties, SourceProperty, Limits.ConsentTextLength) is { Length: > 0 } source ? source : request.Channel,
        Bounded(customer, request.Properties, ProofProperty, Limits.ConsentProofLength),
        Bounded(customer, request.Properties, PolicyVersionProperty, Limits.ConsentTextLength));

    /// <summary>A text or a number; one that is too long is known by its hash, since a refusal isn't lost for the length of its proof.</summary>
    private static string Bounded(CustomerKey customer, Properties properties, string name, int longest)
    {
        if (!properties.TryGet(name, out var value) || value.Kind == PropertyKind.Truth)
        {
            return "";
        }

        var text = value.ToString();
        return text.Length <= longest ? text : "#" + StableHash.Of(customer, value).ToString("x16", CultureInfo.InvariantCulture);
    }

    private static string TextOf(Properties properties, string name) =>
        properties.TryGet(name, out var value) && value.Kind == PropertyKind.Text ? value.Text : "";
}
