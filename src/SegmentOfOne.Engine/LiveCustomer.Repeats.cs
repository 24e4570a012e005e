using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Stories;

namespace SegmentOfOne.Engine;

/// <summary>How an interaction that was answered before is known, however long ago, and answered as it was then.</summary>
public readonly partial struct LiveCustomer
{
    /// <summary>Ids read in one go: as many as take some milliseconds.</summary>
    private const int IdsAtOnce = 4_096;

    /// <summary>What is known of an id that isn't recent, without asking history.</summary>
    private HistoryVerdict Verdict(Shard shard, in Resident resident, CustomerState state, ulong hash, in Known known)
    {
        if (shard.LeftIds.TryGetValue(new LeftId(key, hash), out var answered))
        {
            return HistoryVerdict.SeenAt(answered);
        }

        // What history said holds for an id that came meanwhile, too, while that would be recent or, where no turn since is saved, among those above.
        if (known.Verdict.Asked && (state.Version - known.AskedAt < Limits.RecentIds
            || (resident.Saved <= known.AskedAt && (resident.Flags & ResidentFlags.Unnoted) == 0)))
        {
            return known.Verdict;
        }

        return state.Ids.Older.IsFull && home.Residents.Ids.IsNew(key, hash) ? HistoryVerdict.NotSeen : HistoryVerdict.Unknown;
    }

    private Task<HistoryVerdict> LookUp(ulong idHash)
    {
        var customer = key;
        return home.Readers.Run(reader => reader.AtOnce(customer, from => from.SeenAt(customer, idHash) is var version and > 0
            ? HistoryVerdict.SeenAt(version)
            : HistoryVerdict.NotSeen));
    }

    /// <summary>Reads the customer's ids in the store, a stretch at a time, so that others' reads come between. Nobody waits for it, and nobody
    /// misses it when it fails: history is asked then.</summary>
    private async Task Read(SavedIds ids)
    {
        var (customer, readers, memory) = (key, home.Readers, home.Residents.Ids);
        var (next, read, more) = (long.MinValue, new List<ulong>(), true);
        try
        {
            while (more)
            {
                read.Clear();
                more = await readers.Run(reader => reader.AtOnce(customer, from => from.ReadSeen(customer, ref next, IdsAtOnce, read)));
                more &= memory.Add(ids, read, isAll: !more);
            }
        }
        finally
        {
            if (!ids.IsComplete)
            {
                memory.Drop(ids);
            }
        }
    }

    /// <summary>The first reply again; null: that turn isn't the customer's, or not any more.</summary>
    private async ValueTask<TurnAnswer?> Repeat(TurnRequest request, long version, CancellationToken ct)
    {
        var then = await new Story(home, key).Through(version, ct);
        if (then.Last?.Facts.OfType<CustomerRestored>().FirstOrDefault() is { } restored)
        {
            // It was answered while the customer was part of another, which knows it.
            return await home.Reach.Turn(restored.From, request with { Via = request.Via ?? new Detour(key, 1) }, ct);
        }

        return then.Last is { } turn && turn.Version == version && turn.Id == request.Id
            ? new TurnAnswer.Answered(Customer.Reply(then.State, turn, await home.Shelf.Of(turn, ct)), Duplicate: true)
            : then.State.Version == version && then.Last is null ? throw new HistoryForgottenException(key, version + 1)
            : null;
    }
}
