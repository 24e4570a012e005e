using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Stories;

namespace SegmentOfOne.Engine.Identities;

/// <summary>What becomes of a customer and of one of its parts when they are parted: both are told again from before they were one, each with the turns that
/// came by its own identifiers.</summary>
/// <param name="Version">The turn of the whole up to which that was found.</param>
/// <param name="GivenAt">The turn of the part by which it gave itself.</param>
/// <param name="Ids">Hashes of the ids that the whole answered for the part.</param>
/// <param name="Turns">How many turns were told again.</param>
internal sealed record Parting(UnmergeRefusal? Refusal, long Version, long GivenAt, StateBytes Kept, StateBytes Given, ImmutableArray<ulong> Ids, int Turns)
{
    private static readonly StateBytes Nothing = new([]);

    /// <param name="through">The last turn of the whole to look at.</param>
    public static async Task<Parting> Find(CustomerHome home, CustomerKey whole, CustomerKey part, long through, CancellationToken ct)
    {
        if (await Read(home, whole, through, ct) is not { } turns)
        {
            return Refused(UnmergeRefusal.TooManyTurns);
        }

        var stays = Stays(turns, part);
        var from = Begin(stays, part);
        if (from == 0 || turns[0].Version > from)
        {
            return Refused(UnmergeRefusal.HistoryForgotten);
        }

        turns.RemoveAll(turn => turn.Version < from);
        if (turns.Exists(turn => turn.Facts.Any(fact => fact is CustomerRestored)))
        {
            return Refused(UnmergeRefusal.Entangled);
        }

        var playbooks = new Dictionary<int, Playbook> { [home.Shelf.InForce.Playbook.Version] = home.Shelf.InForce.Playbook };
        while (true)
        {
            foreach (var turn in turns)
            {
                playbooks.TryAdd(turn.PlaybookVersion, await home.Shelf.Of(turn, ct));
            }

            var before = (await new Story(home, whole).Through(from - 1, ct)).State;
            var plan = Tell(before, whole, part, turns, stays, playbooks, home, out var missing);
            if (missing is not { } version)
            {
                return plan!;
            }

            playbooks[version] = (await home.Shelf.Get(version, ct))?.Playbook
                ?? throw new CustomersUnavailableException(Unavailability.Storage, $"Playbook {version} isn't there.", TimeSpan.FromSeconds(1));
        }
    }

    private static Parting? Tell(
        CustomerState before, CustomerKey whole, CustomerKey part, List<Turn> turns, List<Stay> stays, Dictionary<int, Playbook> playbooks, CustomerHome home, out int? missing)
    {
        var own = stays.Last(stay => stay.Key == part);
        var given = StateFormat.Read(own.Taken.State.Span, part);
        var (keeping, giving) = (new Retelling(before, playbooks.GetValueOrDefault), new Retelling(given, playbooks.GetValueOrDefault));
        var ids = ImmutableArray.CreateBuilder<ulong>();
        foreach (var turn in turns)
        {
            var (came, taken) = (turn.Facts.OfType<CameBy>().FirstOrDefault(), turn.Facts.OfType<PartTaken>().FirstOrDefault());
            var isTold = true;
            if (came is not null && stays.Find(stay => stay.Has(came.Key, turn.Version)) is { } stay)
            {
                keeping.TellMet(turn);
                if (stay == own)
                {
                    isTold = giving.Tell(turn, whole);
                    ids.AddRange(turn.Id.Length > 0 ? [StableHash.Of(came.Key, turn.Id)] : (ReadOnlySpan<ulong>)[]);
                }
            }
            else if (turn.IsOfTime || (turn.IsOfIdentity && (taken is null || stays.Exists(one => one.Taken == taken))))
            {
                keeping.TellMet(turn);
            }
            else
            {
                isTold = keeping.Tell(turn, default);
            }

            if (!isTold)
            {
                missing = keeping.Missing ?? giving.Missing;
                return null;
            }
        }

        var (now, set) = (home.Now, new PlaybookSet(home.Shelf.InForce.Playbook, playbooks.GetValueOrDefault, null));
        missing = keeping.Pass(now, set) && giving.Pass(now, set) ? null : keeping.Missing ?? giving.Missing;
        return missing is null ? new Parting(null, turns[^1].Version, own.Taken.Version, keeping.Result(turns[^1].Version), giving.Result(own.Taken.Version), ids.ToImmutable(), turns.Count) : null;
    }

    /// <summary>When which parts were parts that the whole will not have been: those given back since, and the one that is to be.</summary>
    private static List<Stay> Stays(List<Turn> turns, CustomerKey part)
    {
        var stays = new List<Stay>();
        foreach (var turn in turns)
        {
            foreach (var fact in turn.Facts)
            {
                if (fact is PartTaken taken)
                {
                    stays.Add(new Stay(taken, turn.Version, long.MaxValue));
                }
                else if (fact is PartGivenUp given && stays.FindIndex(stay => stay.Key == given.Key && stay.To == long.MaxValue) is var place and >= 0)
                {
                    stays[place] = stays[place] with { To = turn.Version };
                }
            }
        }

        stays.RemoveAll(stay => stay.To == long.MaxValue && stay.Key != part);
        return stays;
    }

    /// <summary>The turn from which to tell again: the one that took the part, and before it those that took parts which were given back since. 0: it
    /// isn't known.</summary>
    private static long Begin(List<Stay> stays, CustomerKey part)
    {
        var from = stays.FindLast(stay => stay.Key == part && stay.To == long.MaxValue)?.From ?? 0;
        while (from > 0 && stays.Find(stay => stay.From < from && stay.To > from) is { } earlier)
        {
            from = earlier.From;
        }

        return from;
    }

    /// <summary>All turns of a customer that are kept; null: there are too many.</summary>
    private static async Task<List<Turn>?> Read(CustomerHome home, CustomerKey key, long through, CancellationToken ct)
    {
        var turns = new List<Turn>();
        for (long? after = null; ;)
        {
            var page = await home.Customer(key).Turns(newestFirst: false, after, TurnPage.MaxLimit, ct);
            turns.AddRange((page?.Turns ?? []).Where(turn => turn.Version <= through));
            if (turns.Count > Limits.RetoldTurns)
            {
                return null;
            }

            if (page?.Next is not { } next || next >= through)
            {
                return turns;
            }

            after = next;
        }
    }

    private static Parting Refused(UnmergeRefusal refusal) => new(refusal, 0, 0, Nothing, Nothing, [], 0);

    /// <summary>How long a part was one.</summary>
    private sealed record Stay(PartTaken Taken, long From, long To)
    {
        // Its own parts were parts with it.
        private readonly HashSet<CustomerKey> _keys = [Taken.Key, .. StateFormat.Read(Taken.State.Span, Taken.Key).Identity.Parts.ToArray().Select(part => part.Key)];

        public CustomerKey Key => Taken.Key;

        public bool Has(CustomerKey key, long version) => version > From && version < To && _keys.Contains(key);
    }
}
