using System.Buffers;
using System.Data.Common;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Clocks;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Checkpoints;

/// <summary>
/// Moves turns from the journal to the store: customers that have waited longest first, many in one transaction; when that is durable,
/// the journal lets go of batches that hold nothing unsaved. A turn waits for it only while bytes are copied out under its shard's lock.
/// <para>A round:</para>
/// <list type="number">
/// <item>Take customers from the queue and copy their states.</item>
/// <item>Wait until what was copied is committed in the journal: the store never has what the journal might not keep.</item>
/// <item>Write them, with their turns, in one transaction.</item>
/// <item>When that is durable, let go of the turns in memory and in the journal.</item>
/// </list>
/// </summary>
internal sealed partial class Checkpointer(CustomerHome home, ICustomerStore store, ILogger log)
{
    /// <summary>Customers in one transaction: enough that a page of an index is written once for many of them, few enough that it
    /// takes well below a second.</summary>
    private const int MaxCustomers = 2_000;

    /// <summary>Bytes of states copied for one transaction, but for the last customer.</summary>
    private const int MaxBytes = 16 << 20;

    /// <summary>How soon to look again when there was nothing to do, or nothing could be done.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);

    /// <summary>Of the round before it: saving takes at most an eighth of one processor then.</summary>
    private const double LongestRest = 7;

    /// <summary>The part of the memory for unsaved turns that is full when there is no rest any more.</summary>
    private const double RestlessFrom = 0.25;

    /// <summary>Turns let go under one holding of a lock.</summary>
    private const int DropAtOnce = 256;

    private readonly List<Taken> _group = [];
    private readonly List<CustomerKey> _keys = [];
    private readonly Dictionary<long, int> _saved = [];
    private readonly List<Redate> _redates = [];
    private readonly ArrayBufferWriter<byte> _states = new(1 << 20);
    private readonly CustomerCheckpoint _checkpoint = new(home, store.Writer);
    private long _oldest;
    private long _seen;

    /// <summary>Rounds, until stopped.
    /// <para>Pace: a turn waits at least <see cref="EngineOptions.CheckpointAfter"/>, so that a customer's next ones are saved with it.
    /// While turns come faster than they are saved, a round is followed by a rest up to <see cref="LongestRest"/> times as long: the more turns
    /// wait, the more of them go with a row that is written anyway. The rest is the shorter the more memory they fill, until there is none
    /// where it is <see cref="RestlessFrom"/> full: so within minutes as many are saved as come, and before turns must be refused, they are
    /// slowed. When fewer come than are saved, the rest is no longer than the round, until all are saved.</para>
    /// <para>Customers whose turns left messages don't wait for that: they have short rounds of their own between, with a rest three times
    /// as long after each.</para></summary>
    public void Run(ManualResetEventSlim stop)
    {
        var handles = new[] { stop.WaitHandle, home.Residents.UrgentCame };
        var (began, rest) = (Stopwatch.GetTimestamp(), Idle);
        while (WaitHandle.WaitAny(handles, Max(rest - Stopwatch.GetElapsedTime(began), TimeSpan.Zero)) != 0)
        {
            var now = Stopwatch.GetTimestamp();
            if (home.Residents.HasUrgent)
            {
                Round(urgentOnly: true);
                if (stop.Wait(Stopwatch.GetElapsedTime(now) * 3))
                {
                    return;
                }
            }

            if (Stopwatch.GetElapsedTime(began) >= rest)
            {
                rest = RoundInTurn();
                began = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>How long the oldest unsaved turn has waited, by the time of turns or, where that stands, by the time that really passes.</summary>
    private TimeSpan AgeOf(long oldest)
    {
        if (_oldest != oldest)
        {
            (_oldest, _seen) = (oldest, Stopwatch.GetTimestamp());
        }

        var (age, seen) = (home.Now - new Instant(oldest), Stopwatch.GetElapsedTime(_seen));
        return age > seen ? age : seen;
    }

    /// <summary>A round when it is time for one; how long to rest then.</summary>
    private TimeSpan RoundInTurn()
    {
        if (home.Journal.OldestUnsaved is not { } oldest)
        {
            Redate();
            return Idle;
        }

        var age = AgeOf(oldest);
        var filled = (double)home.Residents.TailBytes / home.Options.MaxUnsavedBytes;
        if (age < home.Options.CheckpointAfter && filled < RestlessFrom)
        {
            return Min(home.Options.CheckpointAfter - age, Idle);
        }

        var began = Stopwatch.GetTimestamp();
        var before = home.Residents.TailBytes;
        if (Round() == 0)
        {
            return Idle;
        }

        var longest = home.Residents.TailBytes > before ? LongestRest : 1;
        return Stopwatch.GetElapsedTime(began) * Math.Clamp(LongestRest * (1 - (filled / RestlessFrom)), 0, longest);
    }

    /// <summary>One round; how many customers it saved. What could not be saved waits on.</summary>
    public int Round() => Round(urgentOnly: false);

    /// <inheritdoc cref="Round()"/>
    /// <param name="urgentOnly">Only customers whose checkpoint shall come soon.</param>
    public int Round(bool urgentOnly)
    {
        if (!urgentOnly)
        {
            Redate();
        }

        Take(urgentOnly);
        var committed = Committed();
        var saved = committed > 0 ? Save(CollectionsMarshal.AsSpan(_group)[..committed]) : 0;
        foreach (var taken in _group)
        {
            Leave(taken.Key);
        }

        _group.Clear();
        return saved;
    }

    /// <summary>Writes when to look again at customers that were looked at without a turn.</summary>
    private void Redate()
    {
        _redates.Clear();
        home.Redates.Copy(_redates, MaxCustomers);
        if (_redates.Count == 0)
        {
            return;
        }

        lock (store.Writing)
        {
            try
            {
                _keys.Clear();
                foreach (var redate in _redates)
                {
                    _keys.Add(redate.Key);
                }

                store.Writer.Begin(CollectionsMarshal.AsSpan(_keys));
                foreach (var redate in _redates)
                {
                    var row = store.Writer.Find(redate.Key, null);
                    if (row.Version == redate.Version)
                    {
                        store.Writer.Redate(row, redate.Due);
                    }
                }

                store.Writer.Commit();
            }
            catch (Exception e)
            {
                // It is found again by the rows.
                store.Writer.Rollback();
                LogPostponed(e.Message);
            }
        }

        foreach (var redate in _redates)
        {
            home.Redates.Remove(redate);
        }
    }

    // 1. Take customers from the queue and copy their states.
    private void Take(bool urgentOnly)
    {
        _states.ResetWrittenCount();
        while (_group.Count < MaxCustomers && _states.WrittenCount < MaxBytes && home.Residents.TryDequeue(urgentOnly, out var key, out var urgent))
        {
            var shard = home.Residents.ShardOf(key);
            lock (shard.Gate)
            {
                ref var resident = ref shard.Find(key);
                if (Unsafe.IsNullRef(ref resident) || (resident.Flags & ResidentFlags.Saving) != 0)
                {
                    continue;
                }

                // It may have waited in both queues, and been saved by way of the other.
                resident.Flags &= urgent ? ~ResidentFlags.Urgent : ~ResidentFlags.None;
                if (urgent ? resident.Tail == 0 : (resident.Flags & ResidentFlags.Queued) == 0)
                {
                    continue;
                }

                resident.Flags |= ResidentFlags.Saving;
                var start = _states.WrittenCount;
                if (resident.State != 0 && (resident.Flags & ResidentFlags.Unnoted) == 0)
                {
                    _states.Write(home.Residents.Slabs[resident.State]);
                }

                _group.Add(new Taken(key, resident.Version, home.CommitOf(resident), start.._states.WrittenCount, resident.Secret));
            }
        }
    }

    // 2. Wait until what was copied is committed in the journal; how many are, those first. What was lost never was.
    private int Committed()
    {
        try
        {
            foreach (var taken in _group)
            {
                taken.Commit.Done.GetAwaiter().GetResult();
            }
        }
        catch (CustomersUnavailableException)
        {
            return 0;
        }

        var committed = 0;
        for (var i = 0; i < _group.Count; i++)
        {
            if (!_group[i].Commit.IsLost)
            {
                (_group[committed], _group[i]) = (_group[i], _group[committed]);
                committed++;
            }
        }

        return committed;
    }

    // 3. Write them, with their turns, in one transaction; when one customer spoils it, each in its own.
    private int Save(ReadOnlySpan<Taken> group)
    {
        if (Write(group) is not { } failure)
        {
            Release(group);
            return group.Length;
        }

        if (failure is DbException e && !Database.IsDamage(e))
        {
            LogPostponed(e.Message);
            return 0;
        }

        if (group.Length == 1)
        {
            SetAside(group[0].Key, failure);
            return 0;
        }

        var saved = 0;
        for (var i = 0; i < group.Length; i++)
        {
            saved += Save(group.Slice(i, 1));
        }

        return saved;
    }

    private Exception? Write(ReadOnlySpan<Taken> group)
    {
        lock (store.Writing)
        {
            try
            {
                _keys.Clear();
                foreach (var taken in group)
                {
                    _keys.Add(taken.Key);
                }

                store.Writer.Begin(CollectionsMarshal.AsSpan(_keys));
                foreach (var taken in group)
                {
                    _checkpoint.Write(taken.Key, taken.Secret, taken.Version, _states.WrittenSpan[taken.State]);
                }

                store.Writer.Commit();
                _checkpoint.Tell();
                return null;
            }
            catch (Exception e)
            {
                // Whatever is wrong with one customer, the others are saved.
                store.Writer.Rollback();
                return e;
            }
        }
    }

    // 4. When that is durable, let go of the turns in memory and in the journal.
    private void Release(ReadOnlySpan<Taken> group)
    {
        foreach (var taken in group)
        {
            while (!Release(taken.Key, taken.Version))
            {
            }
        }

        foreach (var (position, turns) in _saved)
        {
            home.Journal.Saved(position, turns);
        }

        _saved.Clear();
    }

    /// <summary>Lets go of some turns; true when those through the version are gone.</summary>
    private bool Release(CustomerKey key, long version)
    {
        var residents = home.Residents;
        var shard = residents.ShardOf(key);
        lock (shard.Gate)
        {
            shard.Epoch++;
            ref var resident = ref shard.Find(key);
            for (var left = DropAtOnce; !Unsafe.IsNullRef(ref resident) && resident.Tail != 0 && resident.Saved < version; left--)
            {
                if (left == 0)
                {
                    return false;
                }

                CollectionsMarshal.GetValueRefOrAddDefault(_saved, residents.Turn(residents.Earliest(resident)).Position, out _)++;
                residents.DropEarliest(shard, ref resident);
            }

            return true;
        }
    }

    /// <summary>Ends a customer's part in the round: what it has by now waits for the next.</summary>
    private void Leave(CustomerKey key)
    {
        var residents = home.Residents;
        var shard = residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            if (Unsafe.IsNullRef(ref resident))
            {
                return;
            }

            resident.Flags &= ~(ResidentFlags.Queued | ResidentFlags.Saving);
            if (resident.Tail != 0)
            {
                if ((resident.Flags & ResidentFlags.SetAside) == 0)
                {
                    residents.Enqueue(ref resident);
                }

                return;
            }

            residents.ForgetUnnoted(shard, resident);
            resident.Flags &= ~ResidentFlags.Unnoted;
            if (resident.State == 0 && (resident.Flags & ResidentFlags.Erasing) == 0)
            {
                shard.Remove(ref resident);
            }
        }
    }

    private void SetAside(CustomerKey key, Exception why)
    {
        LogSetAside(key, why);
        var residents = home.Residents;
        var shard = residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            resident.Flags |= ResidentFlags.SetAside;
            for (var slot = residents.Earliest(resident); ; slot = residents.Turn(slot).Next)
            {
                home.Journal.Keep(residents.Turn(slot).Position);
                if (slot == resident.Tail)
                {
                    return;
                }
            }
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    [LoggerMessage(LogLevel.Error, "Customer {Key} can't be saved and takes no more turns; its unsaved turns stay in the journal.")]
    private partial void LogSetAside(CustomerKey key, Exception why);

    [LoggerMessage(LogLevel.Warning, "The checkpoint is put off: {Reason}")]
    private partial void LogPostponed(string reason);

    /// <summary>A customer in this round.</summary>
    /// <param name="State">Where its state lies among those copied; empty where memory has none.</param>
    private readonly record struct Taken(CustomerKey Key, long Version, Commit Commit, Range State, CustomerSecret Secret);
}
