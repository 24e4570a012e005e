using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Domain.Tests;

/// <summary>A customer that lives as in an engine: bytes between turns, every turn kept as bytes, ids that left the recent ones
/// found in the history.</summary>
internal sealed class LivingCustomer(Playbook playbook)
{
    public static readonly CustomerKey Key = new(new UInt128(0x0123456789abcdef, 0xfedcba9876543210));

    private readonly CustomerState working = new(Key);
    private readonly Dictionary<ulong, long> history = [];

    private readonly Dictionary<int, Playbook> earlier = [];

    /// <summary>The playbook in force; assigning another publishes it.</summary>
    public Playbook Playbook
    {
        get;
        set
        {
            earlier[field.Version] = field;
            field = value;
        }
    } = playbook;

    /// <summary>Where percentiles lie; null: it isn't known.</summary>
    public ScoreRanks? Ranks { get; set; }

    /// <summary>The state between turns.</summary>
    public byte[] Bytes { get; private set; } = BytesOf(new CustomerState(Key));

    /// <summary>The state before the last turn.</summary>
    public byte[] Before { get; private set; } = [];

    public List<byte[]> Turns { get; } = [];

    public CustomerState State => StateFormat.Read(Bytes, Key);

    public IEnumerable<Turn> Story => Turns.Select(bytes => TurnFormat.Read(bytes));

    public static byte[] BytesOf(CustomerState state) => StateFormat.ToBytes(state);

    public static byte[] BytesOf(Turn turn)
    {
        var writer = new ByteWriter([]);
        TurnFormat.Write(turn, ref writer);
        var bytes = writer.Written.ToArray();
        writer.Dispose();
        return bytes;
    }

    /// <summary>What the customer goes by.</summary>
    public PlaybookSet Set => new(Playbook, version => earlier.GetValueOrDefault(version), Ranks);

    /// <summary>One turn, and before it those of what is due first. What is not <see cref="TurnOutcome.Done"/> must leave the working copy as it was.</summary>
    public TurnOutcome Ask(TurnRequest request, Instant now)
    {
        while (true)
        {
            var outcome = Asked(request, now);
            if (outcome is not TurnOutcome.DueFirst)
            {
                return outcome;
            }

            Wake(now).ShouldBeOfType<TurnOutcome.Done>();
        }
    }

    /// <summary>The turn of what is due first, if that is by now.</summary>
    public TurnOutcome Wake(Instant now)
    {
        StateFormat.Read(Bytes, Key, working);
        return Kept(Customer.Wake(working, Set, now));
    }

    /// <summary>All the turns of what is due by now; how many.</summary>
    public int WakeAll(Instant now)
    {
        var turns = 0;
        while (Wake(now) is TurnOutcome.Done)
        {
            turns.ShouldBeLessThan(10_000);
            turns++;
        }

        return turns;
    }

    /// <summary>Takes the turns of all that is due up to a time, each when it is due, as an engine does.</summary>
    public void LiveUntil(Instant until)
    {
        for (Instant? from = null; Customer.NextDue(State, Set, from) is { } due && due <= until;)
        {
            from = Wake(due) is TurnOutcome.Done ? null : due;
        }
    }

    private TurnOutcome Asked(TurnRequest request, Instant now)
    {
        StateFormat.Read(Bytes, Key, working);
        var outcome = Customer.Decide(working, request, Set, now);
        if (outcome is TurnOutcome.AskHistory ask)
        {
            BytesOf(working).ShouldBe(Bytes);
            outcome = Customer.Decide(working, request, Set, now, Known(ask.IdHash));
        }

        return Kept(outcome);
    }

    private TurnOutcome Kept(TurnOutcome outcome)
    {
        foreach (var left in working.Ids.Left)
        {
            history.Add(left.Hash, left.Version);
        }

        if (outcome is TurnOutcome.Done done)
        {
            Turns.Add(BytesOf(done.Turn));
            (Before, Bytes) = (Bytes, BytesOf(working));
        }
        else
        {
            BytesOf(working).ShouldBe(Bytes);
        }

        return outcome;
    }

    /// <summary>The reply of a new turn.</summary>
    public TurnReply Answer(TurnRequest request, Instant now) => Ask(request, now).ShouldBeOfType<TurnOutcome.Done>().Reply;

    /// <summary>Folded from the stored turns up to a version; the whole story without one.</summary>
    public CustomerState Replayed(long? version = null)
    {
        var state = new CustomerState(Key);
        foreach (var turn in Story.Take((int)(version ?? Turns.Count)))
        {
            Customer.Evolve(state, turn);
        }

        return state;
    }

    private HistoryVerdict Known(ulong hash) =>
        history.TryGetValue(hash, out var version) ? HistoryVerdict.SeenAt(version) : HistoryVerdict.NotSeen;
}
