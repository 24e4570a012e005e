using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.LoadTest.Replay;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Verify;

/// <summary>
/// A customer's turns, added up as they come, oldest first: what the service's own record says the customer must be now.
/// </summary>
public sealed class Story
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private readonly Dictionary<(Stage From, Stage To), long> _moves = [];
    private readonly SortedSet<string> _segments = new(StringComparer.Ordinal);
    private readonly SortedDictionary<ulong, string> _runs = [];

    /// <summary>The version of the last turn told.</summary>
    public ulong Version { get; private set; }

    /// <summary>Where the last change of stage led.</summary>
    public Stage Stage { get; private set; } = Stage.Unknown;

    /// <summary>Sum of the money that came in, exact.</summary>
    public decimal Revenue { get; private set; }

    /// <summary>Sum of the money that went back, exact and not above 0.</summary>
    public decimal Returned { get; private set; }

    /// <summary>The ids of all interactions.</summary>
    public IReadOnlySet<string> Ids => _ids;

    /// <summary>What contradicts itself in the turns alone.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>How often the customer went from one stage to another.</summary>
    public IReadOnlyDictionary<(Stage From, Stage To), long> Moves => _moves;

    /// <summary>Turns that nobody asked for.</summary>
    public ulong ClockTurns { get; private set; }

    /// <summary>Segments that were entered and not left, by name.</summary>
    public IReadOnlySet<string> Segments => _segments;

    /// <summary>Where runs of journeys that were entered and not left are, by number: journey and step, a stroke between.</summary>
    public IReadOnlyDictionary<ulong, string> Runs => _runs;

    /// <summary>Takes in the next turn.</summary>
    public void Tell(Turn turn)
    {
        if (turn.Version != Version + 1)
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"turn {turn.Version} follows turn {Version}"));
        }
        Version = turn.Version;
        foreach (var fact in turn.Facts)
        {
            Tell(fact);
        }
    }

    private void Tell(Fact fact)
    {
        switch (fact.Name)
        {
            case "interaction_observed":
                var id = fact.Attributes["id"].StringValue;
                if (!_ids.Add(id))
                {
                    _faults.Add($"interaction {id} was observed twice");
                }
                break;
            case "money_moved":
                var amount = ServiceSums.Exact(fact.Attributes["amount"].StringValue);
                (Revenue, Returned) = amount < 0 ? (Revenue, Returned + amount) : (Revenue + amount, Returned);
                break;
            case "time_came":
                ClockTurns++;
                break;
            case "segment_entered":
                Expect(_segments.Add(fact.Attributes["segment"].StringValue), fact);
                break;
            case "segment_left":
                Expect(_segments.Remove(fact.Attributes["segment"].StringValue), fact);
                break;
            case "journey_entered":
                Expect(_runs.TryAdd(RunOf(fact), Place(fact, "")), fact);
                break;
            case "journey_stepped" or "journey_moved":
                Expect(_runs.GetValueOrDefault(RunOf(fact)) == Place(fact, fact.Attributes["from"].StringValue), fact);
                _runs[RunOf(fact)] = Place(fact, fact.Attributes["to"].StringValue);
                break;
            case "journey_left":
                Expect(_runs.Remove(RunOf(fact), out var last) && last == Place(fact, fact.Attributes["step"].StringValue), fact);
                break;
            case "stage_changed":
                Move(StageOf(fact.Attributes["from"]), StageOf(fact.Attributes["to"]));
                break;
            default:
                break;
        }
    }

    private void Expect(bool follows, Fact fact)
    {
        if (!follows)
        {
            _faults.Add($"turn {Version}: {fact.Name} {fact.Attributes} does not follow from what was before");
        }
    }

    private static ulong RunOf(Fact fact) => (ulong)fact.Attributes["run"].NumberValue;

    private static string Place(Fact fact, string step) => $"{fact.Attributes["journey"].StringValue}/{step}";

    private void Move(Stage from, Stage to)
    {
        if (from != Stage)
        {
            _faults.Add($"a move from {from} while in {Stage}");
        }
        Stage = to;
        _moves[(from, to)] = _moves.GetValueOrDefault((from, to)) + 1;
    }

    /// <summary>Facts spell a stage as the contract spells names: in_recovery.</summary>
    private static Stage StageOf(Value name) => System.Enum.Parse<Stage>(name.StringValue.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
