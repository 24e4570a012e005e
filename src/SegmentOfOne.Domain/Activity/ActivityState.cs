using System.Numerics;
using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Activity;

/// <summary>The slice of a customer that counts what was done: by type, by evidence, by channel, by item.
/// Everything in it comes out the same in whatever order interactions arrive, up to the bounds.</summary>
public sealed class ActivityState
{
    internal const int EvidenceBits = 32;

    private readonly List<TypeActivity> types = [];
    private readonly Stack<TypeActivity> spare = [];
    private readonly Tally[] evidence = new Tally[EvidenceBits];
    private readonly List<ChannelActivity> channels = [];
    private readonly List<RecentItem> items = [];

    /// <summary>All interactions: how many, the first and the last by the time they happened.</summary>
    public Tally Interactions { get; internal set; }

    /// <summary>By type, in the order in which they became known.</summary>
    public ReadOnlySpan<TypeActivity> Types => CollectionsMarshal.AsSpan(types);

    /// <summary>By channel, in the order in which they became known; the empty name for interactions without
    /// a channel and for all the channels that found no room.</summary>
    public ReadOnlySpan<ChannelActivity> Channels => CollectionsMarshal.AsSpan(channels);

    /// <summary>The items touched last, at most <see cref="Limits.RecentItems"/>, in no order.</summary>
    public ReadOnlySpan<RecentItem> Items => CollectionsMarshal.AsSpan(items);

    public TypeActivity? Of(string type)
    {
        foreach (var activity in types)
        {
            if (activity.Type == type)
            {
                return activity;
            }
        }

        return null;
    }

    /// <summary>How often one kind of evidence was given. Exactly one bit must be set.</summary>
    public ref readonly Tally Evidence(Evidence one) => ref evidence[BitOperations.TrailingZeroCount((uint)one)];

    /// <summary>Distinct items touched later than a time, at most <see cref="Limits.RecentItems"/>.</summary>
    public int DistinctItems(Instant since)
    {
        var count = 0;
        foreach (var item in items)
        {
            count += item.Last > since ? 1 : 0;
        }

        return count;
    }

    internal void Observe(InteractionObserved observed)
    {
        var at = observed.OccurredAt;
        Interactions = Interactions.With(at);
        TypeFor(observed.Type).Add(at);
        for (var bits = (uint)observed.Evidence; bits != 0; bits &= bits - 1)
        {
            ref var tally = ref evidence[BitOperations.TrailingZeroCount(bits)];
            tally = tally.With(at);
        }

        UseChannel(observed.Channel, 1, at);
        if (observed.ItemProperty is { } name && observed.Properties.TryGet(name, out var item))
        {
            Touch((uint)StableHash.Of(item), at);
        }
    }

    /// <summary>Adds what another customer did.</summary>
    internal void Absorb(ActivityState other)
    {
        Interactions = Interactions.With(other.Interactions);
        foreach (var type in other.types)
        {
            TypeFor(type.Type).Absorb(type);
        }

        for (var bit = 0; bit < EvidenceBits; bit++)
        {
            evidence[bit] = evidence[bit].With(other.evidence[bit]);
        }

        foreach (var channel in other.channels)
        {
            UseChannel(channel.Channel, channel.Count, channel.Last);
        }

        foreach (var item in other.items)
        {
            Touch(item.Hash, item.Last);
        }
    }

    internal TypeActivity AddType(string type)
    {
        var activity = spare.Count > 0 ? spare.Pop() : new TypeActivity();
        activity.Type = type;
        types.Add(activity);
        return activity;
    }

    internal void SetEvidence(int bit, Tally tally) => evidence[bit] = tally;

    internal void AddChannel(ChannelActivity channel) => channels.Add(channel);

    internal void AddItem(RecentItem item) => items.Add(item);

    internal void Clear()
    {
        Interactions = default;
        foreach (var activity in types)
        {
            activity.Clear();
            spare.Push(activity);
        }

        types.Clear();
        Array.Clear(evidence);
        channels.Clear();
        items.Clear();
    }

    /// <summary>Where a type is counted: by itself while there is room.</summary>
    private TypeActivity TypeFor(string type) => Of(type) ?? (types.Count < Limits.ActivityTypes ? AddType(type) : Of("") ?? AddType(""));

    private void UseChannel(string channel, long times, Instant at)
    {
        var place = PlaceOf(channel);
        if (place < 0 && channels.Count >= Limits.Channels)
        {
            (channel, place) = ("", PlaceOf(""));
        }

        if (place < 0)
        {
            channels.Add(new ChannelActivity(channel, times, at));
            return;
        }

        var known = channels[place];
        channels[place] = known with { Count = known.Count + times, Last = Instant.Later(known.Last, at) };
    }

    private int PlaceOf(string channel)
    {
        for (var i = 0; i < channels.Count; i++)
        {
            if (channels[i].Channel == channel)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Keeps the items with the latest touches; of items touched at one time the larger hash stays.</summary>
    private void Touch(uint hash, Instant at)
    {
        var oldest = -1;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Hash == hash)
            {
                items[i] = new RecentItem(hash, Instant.Later(items[i].Last, at));
                return;
            }

            if (oldest < 0 || Before(items[i], items[oldest]))
            {
                oldest = i;
            }
        }

        var item = new RecentItem(hash, at);
        if (items.Count < Limits.RecentItems)
        {
            items.Add(item);
        }
        else if (Before(items[oldest], item))
        {
            items[oldest] = item;
        }
    }

    private static bool Before(RecentItem a, RecentItem b) => a.Last != b.Last ? a.Last < b.Last : a.Hash < b.Hash;
}
