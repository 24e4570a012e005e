using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Journeys;

namespace SegmentOfOne.Engine.Store;

/// <summary>What a sum is over. The names are stored.</summary>
internal enum TotalKind
{
    Customers,
    Turns,
    Channel,
    Type,
    UnknownType,

    /// <summary>Transitions, named "from to" by number; from is empty for a new customer.</summary>
    Flow,
    Orders,
    Returns,
    Revenue,
    Returned,

    /// <summary>Decisions, "no action" included.</summary>
    Decisions,

    /// <summary>What was chosen to go out to a customer, by the number of its purpose; what is owed to the customer is not among it.</summary>
    Outbound,

    /// <summary>What was chosen to show where the customer is, likewise.</summary>
    Inbound,

    /// <summary>What was chosen because it is owed to the customer.</summary>
    Transactional,
    Withdrawn,

    /// <summary>Turns that nobody asked for.</summary>
    ClockTurns,
    SegmentEntered,
    SegmentLeft,
    JourneyEntered,

    /// <summary>Named journey, step before (empty: none), step.</summary>
    JourneyStepped,

    /// <summary>Runs that were moved to another playbook, named likewise.</summary>
    JourneyMoved,

    /// <summary>Named journey, step, number of the end, rule.</summary>
    JourneyLeft,

    /// <summary>Milliseconds at steps that were left, named journey, step.</summary>
    JourneyDwelt,

    /// <summary>Milliseconds of whole runs, named journey, number of the end.</summary>
    JourneyLasted,

    /// <summary>Named journey, rule.</summary>
    JourneyBarred,

    /// <summary>What left, by receiver.</summary>
    Messages,

    /// <summary>Customers that became part of another.</summary>
    Merges,

    /// <summary>Parts that were given back.</summary>
    Unmerges,

    /// <summary>Claims of another name that brought nobody together, by the number of the reason.</summary>
    ClaimRefused,
}

/// <summary>Names a sum.</summary>
internal readonly record struct TotalName(TotalKind Kind, string Name);

/// <summary>
/// Sums over turns, exact. Names that callers choose are bounded: what comes after the first <see cref="MaxNames"/> of a kind
/// (<see cref="MaxParts"/> where names are put together) is counted together under the empty name.
/// </summary>
internal sealed partial class Totals
{
    /// <summary>Channels, types and unknown types with sums of their own.</summary>
    public const int MaxNames = 1_000;

    private readonly Dictionary<TotalName, decimal> _sums = [];
    private readonly Dictionary<TotalKind, int> _names = [];
    private readonly Dictionary<TotalName, decimal> _before = [];

    /// <summary>How many sums there are.</summary>
    public int Count => _sums.Count;

    /// <summary>The sums that changed since <see cref="Keep"/> or <see cref="Forget"/>, and by how much.</summary>
    public IEnumerable<(TotalName Name, decimal Value, decimal Change)> Changed
    {
        get
        {
            foreach (var (name, before) in _before)
            {
                yield return (name, _sums[name], _sums[name] - before);
            }
        }
    }

    /// <summary>Takes a sum that is stored, unless it is known.</summary>
    public void Restore(TotalName name, decimal value)
    {
        if (_sums.TryAdd(name, value))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_names, name.Kind, out _)++;
        }
    }

    public void Add(Turn turn)
    {
        Add(TotalKind.Turns, "", 1);
        foreach (var fact in turn.Facts)
        {
            switch (fact)
            {
                case CustomerMet:
                    Add(TotalKind.Customers, "", 1);
                    Add(TotalKind.Flow, Flow(null, Stage.Unknown), 1);
                    break;
                case InteractionObserved observed:
                    Add(TotalKind.Channel, observed.Channel, 1);
                    Add(observed.Known ? TotalKind.Type : TotalKind.UnknownType, observed.Type, 1);
                    AddIf((observed.Evidence & Evidence.Order) != 0, TotalKind.Orders);
                    AddIf((observed.Evidence & Evidence.Return) != 0, TotalKind.Returns);
                    break;
                case DecisionsAsked asked:
                    Add(TotalKind.Channel, asked.Channel, 1);
                    break;
                case MoneyMoved moved:
                    Add(moved.Amount >= 0 ? TotalKind.Revenue : TotalKind.Returned, "", moved.Amount);
                    break;
                case Decided decided:
                    Add(TotalKind.Decisions, "", 1);
                    if (decided.Reserved is { } reserved)
                    {
                        Add(reserved);
                    }

                    break;
                case TouchWithdrawn:
                    Add(TotalKind.Withdrawn, "", 1);
                    break;
                case PartTaken:
                    Add(TotalKind.Merges, "", 1);
                    break;
                case PartGivenUp:
                    Add(TotalKind.Unmerges, "", 1);
                    break;
                case ClaimRefused refused:
                    Add(TotalKind.ClaimRefused, ((int)refused.Reason).ToString(CultureInfo.InvariantCulture), 1);
                    break;
                case StageChanged changed:
                    Add(TotalKind.Flow, Flow(changed.From, changed.To), 1);
                    break;
                default:
                    AddByTime(fact);
                    break;
            }
        }
    }

    /// <summary>Adds that a customer was erased: it left where it was, so that what came in and what went out still balance.</summary>
    public void AddErased(Stage stage, IEnumerable<string> segments, ImmutableArray<ImmutableArray<string>> journeys)
    {
        Add(TotalKind.Flow, Flow(stage, Stage.Erased), 1);
        foreach (var segment in segments)
        {
            Add(TotalKind.SegmentLeft, segment, 1);
        }

        foreach (var journey in journeys)
        {
            Add(TotalKind.JourneyLeft, Joined(journey[0], journey[1], Number(JourneyEnd.Exited), ErasedRule), 1);
        }
    }

    /// <summary>What changed is stored.</summary>
    public void Keep() => _before.Clear();

    /// <summary>What changed was not stored.</summary>
    public void Forget()
    {
        foreach (var (name, value) in _before)
        {
            _sums[name] = value;
        }

        _before.Clear();
    }

    public static string Flow(Stage? from, Stage to) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int?)from} {(int)to}");

    public static (Stage? From, Stage To) FlowOf(string name)
    {
        var space = name.IndexOf(' ');
        return (space == 0 ? null : (Stage)int.Parse(name.AsSpan(0, space)), (Stage)int.Parse(name.AsSpan(space + 1)));
    }

    private void Add(Reservation reserved)
    {
        if ((reserved.Terms & TouchTerms.Transactional) != 0)
        {
            Add(TotalKind.Transactional, "", 1);
            return;
        }

        Add(
            reserved.Direction == Direction.Outbound ? TotalKind.Outbound : TotalKind.Inbound,
            ((int)reserved.Purpose).ToString(CultureInfo.InvariantCulture),
            1);
    }

    private void AddIf(bool happened, TotalKind kind)
    {
        if (happened)
        {
            Add(kind, "", 1);
        }
    }

    private void Add(TotalKind kind, string text, decimal value)
    {
        var name = new TotalName(kind, text);
        if (!_sums.TryGetValue(name, out var sum))
        {
            ref var names = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, kind, out _);
            if (names >= MaxNamesOf(kind))
            {
                name = new TotalName(kind, "");
                sum = _sums.GetValueOrDefault(name);
            }
            else
            {
                names++;
            }
        }

        _before.TryAdd(name, sum);
        _sums[name] = sum + value;
    }
}
