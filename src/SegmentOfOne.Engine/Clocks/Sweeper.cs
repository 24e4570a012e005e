using System.Data.Common;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Clocks;

/// <summary>
/// Looks after customers in nobody's memory: wakes those whose rows say that something is due soon, and, one stretch of rows after the other,
/// those whose rows were written by an earlier playbook: its successor may say otherwise. What is due soon is brought into memory, where the
/// <see cref="Clock"/> has it on time.
/// </summary>
internal sealed class Sweeper(CustomerHome home)
{
    /// <summary>How far ahead rows are read: long enough to read them twice before they are due.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Every = Ahead / 2;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(1);

    /// <summary>How long after all rows were looked through they are looked through again, to see whether a playbook has reached them all.</summary>
    private static readonly TimeSpan AdoptAgainAfter = TimeSpan.FromSeconds(5);

    private const int Page = 500;
    private const int AtOnce = 64;

    private readonly Wakes _wakes = new(home, AtOnce);
    private readonly List<CustomerKey> _keys = [];
    private long _swept;
    private int _lookedBy = home.Shelf.InForce.Version;
    private Adoption _adoption;
    private int _adopted = -1;
    private int _reached;

    /// <summary>Goes on until stopped. For what a playbook changes, and for many that are not looked at yet, as after a crash, it rests as long as it has
    /// worked.</summary>
    public void Run(ManualResetEventSlim stop)
    {
        for (var rest = Idle; !stop.Wait(rest);)
        {
            try
            {
                var began = Stopwatch.GetTimestamp();
                var looked = 0;
                while (looked < Page && !stop.IsSet && home.Unlooked.TryTake(out var key))
                {
                    looked++;
                    _wakes.Begin(key);
                }

                if (_swept == 0 || Stopwatch.GetElapsedTime(_swept) >= Every)
                {
                    _swept = Stopwatch.GetTimestamp();
                    Sweep(home.Now + Ahead, stop);
                }

                LookAgain(stop);
                home.Ranking.Look();
                rest = Adopt() || looked == Page ? Stopwatch.GetElapsedTime(began) : Idle;
            }
            catch (Exception exception) when (exception is CustomersUnavailableException or DbException)
            {
                // The store is down, or another process was first to note that all have a playbook.
                rest = AfterTrouble;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>After another playbook came into force: says of every customer in memory when to look at it by that one.</summary>
    /// <param name="stop">Given, it rests as long as it has worked, until stopped; null: it doesn't rest.</param>
    public void LookAgain(ManualResetEventSlim? stop = null)
    {
        var playbooks = home.Shelf.Set;
        if (_lookedBy == playbooks.InForce.Version)
        {
            return;
        }

        for (var number = 0; number < ResidentIndex.ShardCount; number++)
        {
            var began = Stopwatch.GetTimestamp();
            LookAgain(home.Residents.Shard(number));
            if (stop is not null && stop.Wait(Stopwatch.GetElapsedTime(began)))
            {
                return;
            }
        }

        _lookedBy = playbooks.InForce.Version;
    }

    public Task WakeUnlooked(CancellationToken ct)
    {
        var keys = new List<CustomerKey>();
        while (home.Unlooked.TryTake(out var key))
        {
            keys.Add(key);
        }

        return WakeAll(keys, ct);
    }

    /// <summary>Wakes customers, a group after the other; those that can't be woken are still due when it fails.</summary>
    public async Task WakeAll(List<CustomerKey> keys, CancellationToken ct)
    {
        foreach (var group in keys.Chunk(AtOnce))
        {
            await Task.WhenAll(group.Select(key => WakeOne(key, ct)));
        }
    }

    /// <summary>Wakes the customers of all rows that say so by a time, and of all that an earlier playbook wrote.</summary>
    public async Task WakeRows(Instant by, CancellationToken ct)
    {
        var rows = new List<DueRow>();
        for (DueRow? last = null; ReadDue(by, last, rows); last = rows[^1])
        {
            await WakeAll([.. rows.Where(Wants).Select(row => row.Key)], ct);
        }

        var inForce = home.Shelf.InForce.Version;
        if (_reached == inForce)
        {
            return;
        }

        var end = Read(reader => reader.LastNumber());
        for (var first = 1L; first <= end; first += Page)
        {
            ReadOlder(inForce, first, rows);
            await WakeAll([.. rows.Where(Wants).Select(row => row.Key)], ct);
        }

        // Rows that are written from now on are written by this playbook.
        _reached = inForce;
    }

    private async Task WakeOne(CustomerKey key, CancellationToken ct)
    {
        try
        {
            await home.Wake(key, ct);
        }
        catch (CustomerDamagedException)
        {
            home.Damaged.Add(key);
        }
        catch
        {
            home.LookAt(key, home.Now);
            throw;
        }
    }

    private void LookAgain(Shard shard)
    {
        lock (shard.Gate)
        {
            _keys.Clear();
            for (var place = 0; place < shard.Capacity; place++)
            {
                ref var resident = ref shard.At(place);
                if ((resident.Flags & ResidentFlags.Taken) != 0 && resident.State != 0)
                {
                    _keys.Add(resident.Key);
                }
            }
        }

        // Turns can come between one customer and the next.
        var state = home.Bench.State;
        foreach (var key in _keys)
        {
            lock (shard.Gate)
            {
                ref var resident = ref shard.Find(key);
                if (!Unsafe.IsNullRef(ref resident) && resident.State != 0)
                {
                    try
                    {
                        state.Reset(key);
                        Stored.ReadState(state, home.Residents.Slabs[resident.State]);
                        shard.SetDue(ref resident, CustomerHome.DueOf(state, home.Shelf.Set));
                    }
                    catch (CustomerDamagedException)
                    {
                        // Whoever touches it hears of it.
                    }
                }
            }
        }
    }

    private void Sweep(Instant by, ManualResetEventSlim stop)
    {
        var rows = new List<DueRow>();
        for (DueRow? last = null; !stop.IsSet && ReadDue(by, last, rows); last = rows[^1])
        {
            foreach (var row in rows)
            {
                if (Wants(row))
                {
                    _wakes.Begin(row.Key);
                }
            }
        }
    }

    /// <summary>Looks through one stretch of rows for those that an earlier playbook wrote; false: a playbook has reached all.</summary>
    private bool Adopt()
    {
        var inForce = home.Shelf.InForce.Version;
        _adopted = _adopted < 0 ? home.Store.Adopted : _adopted;
        if (_adopted >= inForce)
        {
            return false;
        }

        if (_adoption.Playbook != inForce)
        {
            _adoption = new Adoption(inForce, 1, Read(reader => reader.LastNumber()), 0, 0);
        }
        else if (_adoption.Ended != 0)
        {
            if (Stopwatch.GetElapsedTime(_adoption.Ended) < AdoptAgainAfter)
            {
                return false;
            }

            _adoption = new Adoption(inForce, 1, Read(reader => reader.LastNumber()), 0, 0);
        }

        var rows = new List<DueRow>();
        ReadOlder(inForce, _adoption.Next, rows);
        foreach (var row in rows)
        {
            if (Wants(row))
            {
                _wakes.Begin(row.Key);
            }
        }

        _wakes.Settle();
        _adoption = _adoption with { Next = _adoption.Next + Page, Found = _adoption.Found + rows.Count };
        if (_adoption.Next > _adoption.Last)
        {
            _adoption = _adoption with { Ended = Stopwatch.GetTimestamp() };
            if (_adoption.Found == 0)
            {
                home.Store.Adopted = _adopted = inForce;
            }
        }

        return true;
    }

    /// <summary>Whether to wake the customer of a row: not while memory knows better, or a row that knows better is about to be written.</summary>
    private bool Wants(DueRow row)
    {
        if (!home.IsMine(row.Key) || home.Redates.Has(row.Key) || home.Damaged.Has(row.Key))
        {
            return false;
        }

        var shard = home.Residents.ShardOf(row.Key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(row.Key);
            return Unsafe.IsNullRef(ref resident)
                || (resident.Tail == 0 && (resident.Flags & (ResidentFlags.Queued | ResidentFlags.Saving)) == 0
                    && (resident.State == 0 || resident.Due > row.Due.At || row.Due.Playbook != home.Shelf.InForce.Version));
        }
    }

    /// <summary>Reads a page of rows that say so by a time; false: there are none.</summary>
    private bool ReadDue(Instant by, DueRow? after, List<DueRow> rows)
    {
        while (home.Redates.Count > Redates.Many)
        {
            home.Stopping.ThrowIfCancellationRequested();
            Thread.Sleep(Idle);
        }

        rows.Clear();
        Read(reader =>
        {
            reader.ReadDue(by, after, Page, rows);
            return 0;
        });
        return rows.Count > 0;
    }

    private void ReadOlder(int playbook, long first, List<DueRow> rows)
    {
        rows.Clear();
        Read(reader =>
        {
            reader.ReadOlder(playbook, first, first + Page - 1, rows);
            return 0;
        });
    }

    private T Read<T>(Func<IStoreReader, T> read) => home.Readers.Run(read).GetAwaiter().GetResult();

    /// <summary>How far a playbook has come with the customers whom nobody touches.</summary>
    /// <param name="Next">Row to go on at, of those up to <paramref name="Last"/>.</param>
    /// <param name="Found">Rows that an earlier one had written.</param>
    /// <param name="Ended">When all were looked through, as a timestamp; 0: not yet.</param>
    private readonly record struct Adoption(int Playbook, long Next, long Last, long Found, long Ended);
}
