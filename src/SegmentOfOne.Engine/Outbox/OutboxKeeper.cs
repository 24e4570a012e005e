using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>Keeps the outbox within its bounds: now and then it lets what waits too long die, and what has ended long ago go.</summary>
internal sealed class OutboxKeeper(IOutboxStore store, OutboxOptions options)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Rows of one transaction.</summary>
    private const int AtOnce = 500;

    /// <summary>Transactions for one rule at a time: deliveries wait behind them.</summary>
    private const int MostTransactions = 20;

    private Instant _next = Instant.Min;

    public void Keep(IEnumerable<OutboxLane> lanes, Instant now)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + Every;
        Apply(limit => store.EndedBefore(now - options.KeepFor, limit), number => new MessageNote.Forgotten(number));
        var byName = lanes.ToDictionary(lane => lane.Name, StringComparer.Ordinal);
        foreach (var (receiver, status, count) in store.Counts())
        {
            var lane = byName.GetValueOrDefault(receiver);
            if (status == MessageStatus.Waiting)
            {
                KeepWaiting(receiver, lane, count, now);
            }
            else if (status == MessageStatus.Dead && count > options.MaxDead)
            {
                Excess(receiver, status, count - options.MaxDead, number => new MessageNote.Forgotten(number));
            }
        }
    }

    private void KeepWaiting(string receiver, OutboxLane? lane, long count, Instant now)
    {
        // One that was never tried is due since it began to wait; one that was tried is given up by its own attempts.
        if (lane?.Client is not { } client)
        {
            Overdue(receiver, now - options.KeepFor, "no_address", now);
        }
        else if (lane.IsFailing)
        {
            Overdue(receiver, now - client.Receiver.GiveUpAfter, lane.Figures.LastFailure ?? "failed", now);
        }

        if (count > options.MaxWaiting)
        {
            Excess(receiver, MessageStatus.Waiting, count - options.MaxWaiting, number => new MessageNote.Died(number, "outbox_full", now, 0));
        }
    }

    private void Overdue(string receiver, Instant upTo, string failure, Instant now) => Apply(
        limit => store.First(receiver, MessageStatus.Waiting, upTo, limit), number => new MessageNote.Died(number, failure, now, 0));

    private void Excess(string receiver, MessageStatus status, long excess, Func<long, MessageNote> note) => Apply(
        limit =>
        {
            var first = store.First(receiver, status, Instant.Max, (int)Math.Min(limit, excess));
            excess -= first.Count;
            return first;
        },
        note);

    private void Apply(Func<int, List<long>> find, Func<long, MessageNote> note)
    {
        for (var i = 0; i < MostTransactions; i++)
        {
            var numbers = find(AtOnce);
            if (numbers.Count == 0 || store.Write([.. numbers.Select(note)]) == 0)
            {
                return;
            }
        }
    }
}
