using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Consent;

/// <summary>What an interaction says about what we may do.</summary>
internal static class ConsentTurn
{
    private const string PurposeProperty = "purpose";
    private const string ChannelProperty = "channel";
    private const string LocationProperty = "location";

    /// <summary>The statement counts for the purpose, the channel and the location that the properties name. A refusal that names none
    /// of them, or a purpose that isn't one, is meant for every purpose and for location: no refusal is lost by a word.</summary>
    public static void Observe(in Draft draft, ConsentStatement? statement, Properties properties, Instant at)
    {
        switch (statement)
        {
            case null:
                break;
            case ConsentStatement.DoNotContact:
                draft.Emit(new ConsentTold(ConsentSubject.Contact, ConsentStatus.Denied, at));
                break;
            case ConsentStatement.ContactAllowed:
                draft.Emit(new ConsentTold(ConsentSubject.Contact, ConsentStatus.Granted, at));
                break;
            case ConsentStatement.Given:
                Tell(draft, ConsentStatus.Granted, properties, at);
                break;
            case ConsentStatement.Denied:
                Tell(draft, ConsentStatus.Denied, properties, at);
                break;
            case ConsentStatement.Withdrawn:
                Tell(draft, ConsentStatus.Withdrawn, properties, at);
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
        for (var purpose = Purpose.Sell; purpose <= Purpose.Ask; purpose++)
        {
            Expire(draft, ConsentSubject.Of(purpose), consent.For(purpose), after, due);
        }

        for (var i = 0; i < consent.Channels.Length; i++)
        {
            Expire(draft, ConsentSubject.Of(consent.Channels[i].Channel), consent.Channels[i].Record, after, due);
        }

        Expire(draft, ConsentSubject.Location, consent.Location, after, due);
        Expire(draft, ConsentSubject.Contact, consent.Contact, after, due);
    }

    /// <summary>When the first grant is over; null: none will be.</summary>
    public static Instant? NextDue(ConsentState consent, ConsentRules rules)
    {
        if (rules.ExpiresAfter is not { } after)
        {
            return null;
        }

        var first = Earlier(Earlier(null, consent.Location), consent.Contact);
        for (var purpose = Purpose.Sell; purpose <= Purpose.Ask; purpose++)
        {
            first = Earlier(first, consent.For(purpose));
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

    private static void Tell(in Draft draft, ConsentStatus status, Properties properties, Instant at)
    {
        var channel = TextOf(properties, ChannelProperty);
        var purpose = TextOf(properties, PurposeProperty);
        var location = properties.TryGet(LocationProperty, out var value) && PropertyReading.TryTruth(value, out var truth) && truth;
        var known = Words.Purposes.TryGetValue(purpose, out var one);
        if (channel.Length is > 0 and <= Limits.ChannelBytes)
        {
            draft.Emit(new ConsentTold(ConsentSubject.Of(channel), status, at));
        }

        if (known)
        {
            draft.Emit(new ConsentTold(ConsentSubject.Of(one), status, at));
        }

        if (location)
        {
            draft.Emit(new ConsentTold(ConsentSubject.Location, status, at));
        }

        var nothingNamed = channel.Length == 0 && purpose.Length == 0 && !location;
        var misnamed = (purpose.Length > 0 && !known) || channel.Length > Limits.ChannelBytes;
        if (status != ConsentStatus.Granted && (nothingNamed || misnamed))
        {
            TellAll(draft, status, at);
        }
    }

    private static void TellAll(in Draft draft, ConsentStatus status, Instant at)
    {
        for (var purpose = Purpose.Sell; purpose <= Purpose.Ask; purpose++)
        {
            draft.Emit(new ConsentTold(ConsentSubject.Of(purpose), status, at));
        }

        draft.Emit(new ConsentTold(ConsentSubject.Location, status, at));
    }

    private static string TextOf(Properties properties, string name) =>
        properties.TryGet(name, out var value) && value.Kind == PropertyKind.Text ? value.Text : "";
}
