using System.Runtime.InteropServices;
using SegmentOfOne.Domain.Contact;

namespace SegmentOfOne.Domain.Consent;

/// <summary>The slice of a customer that says what we may do. The same in whatever order statements arrive, up to the bound.</summary>
public sealed class ConsentState
{
    internal const int Purposes = 6;

    private readonly ConsentRecord[] records = new ConsentRecord[ConsentSubject.Fixed.Length];
    private readonly List<ChannelConsent> channels = [];

    /// <summary>Knowing where the customer is: only when granted.</summary>
    public ConsentRecord Location => For(ConsentSubject.Location);

    /// <summary>Coming to the customer at all: not when refused.</summary>
    public ConsentRecord Contact => For(ConsentSubject.Contact);

    /// <summary>Watching what the customer does: not when refused.</summary>
    public ConsentRecord Tracking => For(ConsentSubject.Tracking);

    /// <summary>Deciding by what is known of the customer: not when refused.</summary>
    public ConsentRecord Personalisation => For(ConsentSubject.Personalisation);

    public bool DoNotContact => Contact.IsRefused;

    public bool DoNotTrack => Tracking.IsRefused;

    public bool DoNotPersonalise => Personalisation.IsRefused;

    /// <summary>By channel, in ordinal order.</summary>
    public ReadOnlySpan<ChannelConsent> Channels => CollectionsMarshal.AsSpan(channels);

    public ConsentRecord For(Purpose purpose) => records[(int)purpose];

    public ConsentRecord For(in ConsentSubject subject) => subject.Kind == ConsentKind.Channel ? On(subject.Channel) : records[subject.Place];

    public ConsentRecord On(string channel)
    {
        foreach (var consent in channels)
        {
            if (consent.Channel == channel)
            {
                return consent.Record;
            }
        }

        return default;
    }

    /// <summary>What may be done with two customers that prove to be one: of each thing the stricter record
    /// (<see cref="ConsentRecord.Stricter"/>). Commutative, associative, and of a state with itself that state. Where there is no room for all
    /// channels the strictest stay, and if a refusal isn't among them, nobody is contacted because it was forgotten: "do not contact", dated
    /// 1970, so that any later word of the customer's counts.</summary>
    public static ConsentState Stricter(ConsentState a, ConsentState b)
    {
        var both = new ConsentState();
        for (var i = 0; i < both.records.Length; i++)
        {
            both.records[i] = ConsentRecord.Stricter(a.records[i], b.records[i]);
        }

        both.channels.AddRange(a.channels);
        foreach (var consent in b.channels)
        {
            both.Put(consent.Channel, ConsentRecord.Stricter(both.On(consent.Channel), consent.Record));
        }

        both.KeepStrictest();
        return both;
    }

    /// <summary>Why something may not be brought to the customer; null: nothing was refused that covers it.</summary>
    public string? RefusalOf(Purpose purpose, string channel, Direction direction) =>
        For(purpose).IsRefused ? GateRules.PurposeConsent
        : direction == Direction.Inbound ? null
        : DoNotContact ? GateRules.DoNotContact
        : On(channel).IsRefused ? GateRules.ChannelConsent
        : null;

    internal void Tell(ConsentTold told)
    {
        var said = new ConsentRecord(told.Status, told.At, told.Origin);
        if (told.Subject.Kind == ConsentKind.Channel)
        {
            TellChannel(told.Subject.Channel, said);
            return;
        }

        ref var record = ref records[told.Subject.Place];
        record = record.Told(said);
    }

    internal void Expire(ConsentExpired expired)
    {
        if (expired.Subject.Kind != ConsentKind.Channel)
        {
            ref var record = ref records[expired.Subject.Place];
            record = record.Expire();
            return;
        }

        if (Find(expired.Subject.Channel) is var place and >= 0)
        {
            channels[place] = channels[place] with { Record = channels[place].Record.Expire() };
        }
    }

    /// <summary>Puts back what was stored.</summary>
    internal void Restore(in ConsentSubject subject, in ConsentRecord record)
    {
        if (subject.Kind == ConsentKind.Channel)
        {
            Put(subject.Channel, record);
        }
        else
        {
            records[subject.Place] = record;
        }
    }

    internal void Clear()
    {
        Array.Clear(records);
        channels.Clear();
    }

    /// <summary>Where there is no room, a refusal takes the place of a grant, and a grant isn't kept; a refusal where all are refusals
    /// makes it "do not contact": nobody is contacted because a refusal was forgotten.</summary>
    private void TellChannel(string channel, in ConsentRecord said)
    {
        if (channels.Count < Limits.ConsentChannels || Find(channel) >= 0)
        {
            Put(channel, On(channel).Told(said));
        }
        else if (said.IsRefused)
        {
            var granted = channels.FindIndex(consent => !consent.Record.IsRefused);
            if (granted >= 0)
            {
                channels.RemoveAt(granted);
                Put(channel, said);
            }
            else
            {
                ref var contact = ref records[ConsentSubject.Contact.Place];
                contact = contact.Told(said);
            }
        }
    }

    private void Put(string channel, in ConsentRecord record)
    {
        var place = Find(channel);
        if (place >= 0)
        {
            channels[place] = new ChannelConsent(channel, record);
        }
        else
        {
            channels.Insert(~place, new ChannelConsent(channel, record));
        }
    }

    /// <summary>The place of a channel; where there is none, the complement of the place where it would stand.</summary>
    private int Find(string channel)
    {
        for (var i = 0; i < channels.Count; i++)
        {
            var order = string.CompareOrdinal(channels[i].Channel, channel);
            if (order >= 0)
            {
                return order == 0 ? i : ~i;
            }
        }

        return ~channels.Count;
    }

    private void KeepStrictest()
    {
        while (channels.Count > Limits.ConsentChannels)
        {
            var least = 0;
            for (var i = 1; i < channels.Count; i++)
            {
                least = ConsentRecord.CompareStrictness(channels[i].Record, channels[least].Record) <= 0 ? i : least;
            }

            if (channels[least].Record.IsRefused)
            {
                ref var contact = ref records[ConsentSubject.Contact.Place];
                contact = ConsentRecord.Stricter(contact, new ConsentRecord(ConsentStatus.Denied, Instant.Epoch));
            }

            channels.RemoveAt(least);
        }
    }
}
