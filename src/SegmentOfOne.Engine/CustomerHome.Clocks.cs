using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Clocks;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine;

/// <summary>Brings a wake to where a customer lives, and completes when there nothing is due any more, durably.
/// It may fail: then it is brought again a little later.</summary>
public delegate ValueTask WakeCustomer(CustomerKey key, CancellationToken ct);

/// <content>What happens here by time alone.</content>
public sealed partial class CustomerHome
{
    private readonly CancellationTokenSource _stopping = new();
    private WakeCustomer _wake;
    private Thread[] _clocks = [];
    private Func<CustomerKey, bool> _isMine = _ => true;

    /// <summary>Says when to look at a customer whom nobody touched; null: nothing is due before anything happens.</summary>
    /// <param name="from">Up to when it is known that nothing is due; null: up to the customer's own clock.</param>
    internal static long DueOf(CustomerState state, PlaybookSet playbooks, Instant? from = null) =>
        Domain.Customer.NextDue(state, playbooks, from)?.UnixMilliseconds ?? Resident.Never;

    /// <summary>Turns that nobody asked for, taken here since this process began.</summary>
    public long ClockTurns => Figures.ClockTurns;

    /// <summary>Customers of whom it isn't known when something is due: their turns are yet to be folded.</summary>
    internal KeySet Unlooked { get; } = new();

    /// <summary>Customers whose clock stands still because they can't be read.</summary>
    internal KeySet Damaged { get; } = new();

    internal Redates Redates { get; } = new();

    internal Clock Clock { get; }

    internal Sweeper Sweeper { get; }

    internal Ranking Ranking { get; }

    /// <summary>Cancelled when the home ends.</summary>
    internal CancellationToken Stopping { get; }

    internal uint IdleSeconds => (uint)Math.Min(Options.IdleAfter.TotalSeconds, uint.MaxValue);

    /// <summary>Begins to wake customers when something of theirs is due: those in memory here, and by the store's rows those that are in
    /// nobody's. A home of an embedded engine does so from its start; one of many, when it is told where to bring wakes.
    /// Where the clock is moved by hand it only remembers that, for <see cref="WakeDue"/>.</summary>
    /// <param name="isMine">Whether to look after a customer that is in no memory; all homes together look after all. It may change
    /// at any time: two that look after one wake it twice, which does no harm.</param>
    public void KeepClocks(WakeCustomer wake, Func<CustomerKey, bool> isMine)
    {
        (_wake, _isMine) = (wake, isMine);
        if (Options.WakesByHand)
        {
            return;
        }

        _clocks = [Thread("clock", () => Clock.Run(_stop)), Thread("sweeper", () => Sweeper.Run(_stop))];
        foreach (var thread in _clocks)
        {
            thread.Start();
        }
    }

    /// <summary>Carries out everything that is due by now, and what the playbook in force changes for customers whom nobody has touched
    /// since it came into force. Answers when that is durable. For a clock that is moved by hand; otherwise it happens by itself.</summary>
    public async Task WakeDue(CancellationToken ct)
    {
        await Sweeper.WakeUnlooked(ct);
        Sweeper.LookAgain();
        var now = Now;
        var keys = new List<CustomerKey>();
        for (var shard = 0; shard < ResidentIndex.ShardCount; shard++)
        {
            while (Clock.TryTake(shard, now, out var key))
            {
                keys.Add(key);
            }
        }

        await Sweeper.WakeAll(keys, ct);
        await Sweeper.WakeRows(now, ct);
    }

    /// <summary>Finds now where percentiles lie, and lets customers in and out of segments that go by them. Answers when that is durable.</summary>
    public Task RefreshRanks(CancellationToken ct) => Ranking.Refresh(keys => Sweeper.WakeAll(keys, ct), ct);

    internal ValueTask Wake(CustomerKey key, CancellationToken ct) => _wake(key, ct);

    /// <summary>Looks at a customer in memory again at a time, at the latest; one that isn't has a row that says so.</summary>
    internal void LookAt(CustomerKey key, Instant at)
    {
        var shard = Residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            if (!Unsafe.IsNullRef(ref resident))
            {
                shard.SetDue(ref resident, Math.Min(resident.Due, at.UnixMilliseconds));
            }
        }
    }

    internal bool IsMine(CustomerKey key) => _isMine(key);
}
