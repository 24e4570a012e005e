using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Stories;

namespace SegmentOfOne.Engine;

/// <content>What is shown of a customer.</content>
public readonly partial struct LiveCustomer
{
    /// <summary>The live customer, or as it was at a time that is past. Null: no such customer, or not yet then.</summary>
    public async ValueTask<CustomerView?> Get(Instant? asOf, CancellationToken ct)
    {
        var now = home.Now;
        if (asOf is { } past && past < now)
        {
            var then = await new Story(home, key).At(past, ct);
            if (then.State.Version == 0)
            {
                return null;
            }

            if (then.State.Identity.Redirect is { } elsewhere)
            {
                return await home.Reach.Get(elsewhere.Into, asOf, ct);
            }

            // Which playbook the last turn went by is not known where that turn was forgotten.
            var playbook = then.Last is { } last ? await home.Shelf.Of(last, ct) : home.Shelf.InForce.Playbook;
            return new CustomerView(key, past, then.State.Scores(playbook.Engagement, past), then.State);
        }

        while (true)
        {
            if (TryRead(out var state, out var commit))
            {
                await commit.Done.WaitAsync(ct);
                if (commit.IsLost)
                {
                    continue;
                }

                if (state.Identity.Redirect is { } redirect)
                {
                    return await Whole(redirect, asOf, ct);
                }

                var at = asOf ?? now;
                return new CustomerView(key, at, state.Scores(home.Shelf.InForce.Playbook.Engagement, at), state);
            }

            if (!(await home.Activate(key).WaitAsync(ct)).Exists)
            {
                return null;
            }
        }
    }

    /// <summary>A page of the customer's story, as <see cref="ICustomers.Turns"/> says. Null: no such customer.</summary>
    public ValueTask<TurnPage?> Turns(bool newestFirst, long? after, int limit, CancellationToken ct) =>
        limit is >= 1 and <= TurnPage.MaxLimit
            ? new Story(home, key).Page(newestFirst, after, limit, ct)
            : throw new InvalidQueryException($"The limit is {limit}; it is 1 to {TurnPage.MaxLimit}.");

    /// <summary>Why a decision was taken. Null: no such decision.</summary>
    public async ValueTask<Receipt?> Receipt(ReceiptId id, CancellationToken ct)
    {
        if (id.Version < 1)
        {
            return null;
        }

        var then = await new Story(home, key).Through(id.Version - 1, ct);
        return then.Next is { } turn && id.Index >= 0 && id.Index < turn.Decisions
            ? Customer.Explain(then.State, turn, id.Index, await home.Shelf.Of(turn, ct))
            : null;
    }

    /// <summary>Reads the state in memory, and what its being shown must wait for; false when it isn't there.</summary>
    private bool TryRead(out CustomerState state, out Commit commit)
    {
        state = new CustomerState(key);
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            if (!Unsafe.IsNullRef(ref resident))
            {
                DropUnsure(ref resident);
            }

            if (Unsafe.IsNullRef(ref resident) || resident.State == 0)
            {
                commit = default;
                return false;
            }

            Stored.ReadState(state, home.Residents.Slabs[resident.State]);
            resident.Touched = home.Seconds;
            commit = home.CommitOf(resident);
            return true;
        }
    }
}
