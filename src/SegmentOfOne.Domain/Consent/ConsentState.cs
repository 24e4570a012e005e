using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Consent;

/// <summary>The slice of a customer that says what we may do. The same in whatever order statements arrive, up to the bound.</summary>
public sealed class ConsentState
{
    internal const int Purposes = 6;

    private readonly ConsentRecord[] purposes = new ConsentRecord[Purposes];
    private readonly List<ChannelConsent> channels = [];

    /// <summary>Knowing where the customer is: only when granted.</summary>
    public ConsentRecord Location { get; internal set; }

    /// <summary>Coming to the customer at all: not when refused.</summary>
    public ConsentRecord Contact { get; internal set; }

    public bool DoNotContact => Contact.IsRefused;

    /// <summary>By channel, in the order in which they became known.</summary>
    public ReadOnlySpan<ChannelConsent> Channels => CollectionsMarshal.AsSpan(channels);

    public ConsentRecord For(Purpose purpose) => purposes[(int)purpose];

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

    internal void Tell(ConsentTold told)
    {
        switch (told.Subject.Kind)
        {
            case ConsentKind.Purpose:
                ref var purpose = ref purposes[(int)told.Subject.Purpose];
                purpose = purpose.Told(told.Status, told.At);
                break;
            case ConsentKind.Channel:
                TellChannel(told);
                break;
            case ConsentKind.Location:
                Location = Location.Told(told.Status, told.At);
                break;
            case ConsentKind.Contact:
                Contact = Contact.Told(told.Status, told.At);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"consent {told.Subject.Kind}");
        }
    }

    internal void Expire(ConsentExpired expired)
    {
        switch (expired.Subject.Kind)
        {
            case ConsentKind.Purpose:
                purposes[(int)expired.Subject.Purpose] = purposes[(int)expired.Subject.Purpose].Expire();
                break;
            case ConsentKind.Channel:
                foreach (ref var consent in CollectionsMarshal.AsSpan(channels))
                {
                    if (consent.Channel == expired.Subject.Channel)
                    {
                        consent = consent with { Record = consent.Record.Expire() };
                    }
                }

                break;
            case ConsentKind.Location:
                Location = Location.Expire();
                break;
            case ConsentKind.Contact:
                Contact = Contact.Expire();
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"consent {expired.Subject.Kind}");
        }
    }

    internal void Absorb(ConsentState other) => throw new NotSupportedException();

    internal void Restore(Purpose purpose, ConsentRecord record) => purposes[(int)purpose] = record;

    internal void Add(ChannelConsent consent) => channels.Add(consent);

    internal void Clear()
    {
        Array.Clear(purposes);
        channels.Clear();
        (Location, Contact) = (default, default);
    }

    /// <summary>Where there is no room, a refusal takes the place of a grant, and a grant isn't kept; a refusal where all are refusals
    /// makes it "do not contact": nobody is contacted because a refusal was forgotten.</summary>
    private void TellChannel(ConsentTold told)
    {
        foreach (ref var consent in CollectionsMarshal.AsSpan(channels))
        {
            if (consent.Channel == told.Subject.Channel)
            {
                consent = consent with { Record = consent.Record.Told(told.Status, told.At) };
                return;
            }
        }

        var record = new ConsentRecord(told.Status, told.At);
        if (channels.Count < Limits.ConsentChannels)
        {
            channels.Add(new ChannelConsent(told.Subject.Channel, record));
        }
        else if (record.IsRefused)
        {
            var granted = channels.FindIndex(consent => !consent.Record.IsRefused);
            if (granted >= 0)
            {
                channels[granted] = new ChannelConsent(told.Subject.Channel, record);
            }
            else
            {
                Contact = Contact.Told(told.Status, told.At);
            }
        }
    }
}
