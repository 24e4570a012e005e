using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Stories;

/// <summary>A customer at a moment of its story.</summary>
/// <param name="State">Folded through <paramref name="Last"/>; of version 0 where that is null.</param>
/// <param name="Last">The turn that led here.</param>
/// <param name="Next">The turn that came then; null: none did.</param>
internal sealed record Moment(CustomerState State, Turn? Last, Turn? Next);

/// <summary>
/// A customer as it was: the nearest stored state, folded on with the turns after it, those that only the journal has included.
/// Shows nothing before it is durable.
/// </summary>
internal readonly struct Story(CustomerHome home, CustomerKey key)
{
    /// <summary>Turns read at once.</summary>
    private const int Stretch = 256;

    /// <summary>The customer after a turn.</summary>
    public ValueTask<Moment> Through(long version, CancellationToken ct) => Read(version, null, ct);

    /// <summary>The customer as it is committed, by whichever process; of version 0 where there is none, or it was erased.</summary>
    public async ValueTask<CustomerState> Committed(CancellationToken ct)
    {
        var customer = key;
        var erased = IsErased;
        var tail = await CopyTail(long.MaxValue, ct);
        return await home.Readers.Run(reader => reader.AtOnce(customer, from =>
        {
            var state = new CustomerState(customer);
            if (!erased(customer))
            {
                Turn? last = null;
                var turns = new List<Turn>();
                from.ReadLatest(state);
                tail.AddTo(turns, state.Version + 1, long.MaxValue);
                FoldOn(state, turns, long.MaxValue, null, ref last);
            }

            return state;
        })).WaitAsync(ct);
    }

    /// <summary>The customer at a time: after the turns that were recorded by then.</summary>
    public ValueTask<Moment> At(Instant time, CancellationToken ct) => Read(long.MaxValue, time, ct);

    /// <summary>A page of turns, as <see cref="ICustomers.Turns"/> says.</summary>
    public async ValueTask<TurnPage?> Page(bool newestFirst, long? after, int limit, CancellationToken ct)
    {
        var customer = key;
        var erased = IsErased;
        var tail = await CopyTail(long.MaxValue, ct);
        return await home.Readers.Run(reader => reader.AtOnce(customer, from => erased(customer) ? null : ReadPage(from, customer, tail, newestFirst, after, limit)))
            .WaitAsync(ct);
    }

    /// <summary>The customer before the first turn that is kept.</summary>
    public Task<CustomerState> Oldest(CancellationToken ct)
    {
        var customer = key;
        return home.Readers.Run(reader => reader.AtOnce(customer, from =>
        {
            var state = new CustomerState(customer);
            if (from.FirstKept(customer) is var first and > 1)
            {
                from.ReadAnchor(state, first - 1, null);
            }

            return state;
        })).WaitAsync(ct);
    }

    private async ValueTask<Moment> Read(long upTo, Instant? time, CancellationToken ct)
    {
        var customer = key;
        var erased = IsErased;
        var tail = await CopyTail(upTo, ct);
        return await home.Readers.Run(reader => reader.AtOnce(customer, from => erased(customer) ? new Moment(new CustomerState(customer), null, null) : Fold(from, customer, tail, upTo, time))).WaitAsync(ct);
    }

    /// <summary>Whether a customer was erased: its rows may not all be deleted yet, and nobody can read them.</summary>
    private Func<CustomerKey, bool> IsErased => home.Keyring is { } keyring ? customer => keyring.Look(customer).IsErased : static _ => false;

    private static Moment Fold(IStoreReader reader, CustomerKey key, Tail tail, long upTo, Instant? time)
    {
        var state = new CustomerState(key);
        var turns = new List<Turn>();
        var stored = time is null ? reader.ReadLatest(state) : reader.Version(key);
        if (stored > upTo || time is not null)
        {
            reader.ReadAnchor(state, upTo, time);
        }

        if (state.Version == 0 && stored > 0 && reader.FirstKept(key) is var first and > 1)
        {
            throw new HistoryForgottenException(key, first);
        }

        Turn? last = null;
        for (var from = state.Version + 1; from <= stored; from += Stretch)
        {
            turns.Clear();
            reader.ReadTurns(key, from, Math.Min(stored, from + Stretch - 1), turns);
            if (FoldOn(state, turns, upTo, time, ref last) is { } next)
            {
                return new Moment(state, last ?? LastOf(reader, state), next);
            }
        }

        turns.Clear();
        tail.AddTo(turns, state.Version + 1, long.MaxValue);
        var after = FoldOn(state, turns, upTo, time, ref last);
        return new Moment(state, last ?? LastOf(reader, state), after);
    }

    /// <summary>Folds turns until one is too late, and gives that one.</summary>
    private static Turn? FoldOn(CustomerState state, List<Turn> turns, long upTo, Instant? time, ref Turn? last)
    {
        foreach (var turn in turns)
        {
            if (turn.Version > upTo || turn.At > time)
            {
                return turn;
            }

            Stored.Fold(state, turn);
            last = turn;
        }

        return null;
    }

    /// <summary>The turn that a stored state is the state after.</summary>
    private static Turn? LastOf(IStoreReader reader, CustomerState state)
    {
        var turns = new List<Turn>();
        if (state.Version > 0)
        {
            reader.ReadTurns(state.Key, state.Version, state.Version, turns);
        }

        return turns.Count == 0 ? null : turns[0];
    }

    private static TurnPage? ReadPage(IStoreReader reader, CustomerKey key, Tail tail, bool newestFirst, long? after, int limit)
    {
        var stored = reader.Version(key);
        var end = Math.Max(stored, tail.LastVersion);
        if (end == 0)
        {
            return null;
        }

        var start = stored > 0 ? reader.FirstKept(key) : 1;
        var (first, last) = newestFirst
            ? (Math.Max(start, Math.Min(after ?? (end + 1), end + 1) - limit), Math.Min(after ?? (end + 1), end + 1) - 1)
            : (Math.Max(start, (after ?? 0) + 1), Math.Min(end, Math.Max(start - 1, after ?? 0) + limit));
        var turns = new List<Turn>();
        reader.ReadTurns(key, first, Math.Min(last, stored), turns);
        tail.AddTo(turns, Math.Max(first, stored + 1), last);
        if (newestFirst)
        {
            turns.Reverse();
            return new TurnPage(key, [.. turns], first > start ? first : null);
        }

        return new TurnPage(key, [.. turns], last < end ? last : null);
    }

    /// <summary>Copies what the store may not have, through the turn after <paramref name="upTo"/>, and waits until it is durable.</summary>
    private async ValueTask<Tail> CopyTail(long upTo, CancellationToken ct)
    {
        while (true)
        {
            if (CopyTail(upTo) is not { } tail)
            {
                if ((await home.Activate(key).WaitAsync(ct)).IsErased)
                {
                    return new Tail(key, 1, [], default);
                }

                continue;
            }

            await tail.Commit.Done.WaitAsync(ct);
            if (!tail.Commit.IsLost)
            {
                return tail;
            }
        }
    }

    /// <summary>Null: they are as they were recovered, and nobody has asked for the customer's key yet.</summary>
    private Tail? CopyTail(long upTo)
    {
        var residents = home.Residents;
        var shard = residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            if (Unsafe.IsNullRef(ref resident) || resident.Tail == 0)
            {
                return new Tail(key, 1, [], default);
            }

            var turns = new List<byte[]>();
            for (var slot = residents.Earliest(resident); ; slot = residents.Turn(slot).Next)
            {
                if (residents.Turn(slot).IsSealed && resident.Secret.IsNone)
                {
                    return null;
                }

                turns.Add(home.TailTurnOf(key, resident.Saved + 1 + turns.Count, slot, resident.Secret).ToArray());
                if (slot == resident.Tail || resident.Saved + turns.Count > upTo)
                {
                    return new Tail(key, resident.Saved + 1, turns, home.CommitOf(resident));
                }
            }
        }
    }

    /// <summary>A copy of the turns that the store may not have, from one version on.</summary>
    private sealed record Tail(CustomerKey Key, long FirstVersion, List<byte[]> Turns, Commit Commit)
    {
        /// <summary>0 where there are none.</summary>
        public long LastVersion => FirstVersion + Turns.Count - 1;

        public void AddTo(List<Turn> turns, long first, long last)
        {
            for (var version = Math.Max(first, FirstVersion); version <= Math.Min(last, LastVersion); version++)
            {
                turns.Add(Stored.ReadTurn(Key, Turns[(int)(version - FirstVersion)]));
            }
        }
    }
}
