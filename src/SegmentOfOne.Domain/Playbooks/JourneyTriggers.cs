using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Numerics;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What lets customers into the journeys of a playbook, so that a turn finds at once that nothing does. A set of journeys is a bit for each,
/// from the first in ordinal order of id.</summary>
internal sealed class JourneyTriggers
{
    public static readonly JourneyTriggers None = new([]);

    private readonly ImmutableArray<JourneyFlow> journeys;
    private readonly FrozenDictionary<string, ulong> types;
    private readonly FrozenDictionary<string, ulong> entered;
    private readonly FrozenDictionary<string, ulong> left;
    private readonly ulong[] stages = new ulong[(int)Stage.Merged + 1];

    public JourneyTriggers(ImmutableArray<JourneyFlow> journeys)
    {
        this.journeys = journeys;
        var (types, entered, left) = (new Dictionary<string, ulong>(), new Dictionary<string, ulong>(), new Dictionary<string, ulong>());
        for (var i = 0; i < journeys.Length; i++)
        {
            var bit = 1UL << i;
            switch (journeys[i].Trigger)
            {
                case JourneyTrigger.OfInteraction interaction:
                    foreach (var type in interaction.Types)
                    {
                        types[type] = types.GetValueOrDefault(type) | bit;
                    }

                    break;
                case JourneyTrigger.OfSegment segment:
                    var moves = segment.Entered ? entered : left;
                    moves[segment.Segment] = moves.GetValueOrDefault(segment.Segment) | bit;
                    break;
                case JourneyTrigger.OfStage stage:
                    stages[(int)stage.Stage] |= bit;
                    break;
                default:
                    Dates |= bit;
                    break;
            }
        }

        this.types = types.ToFrozenDictionary(StringComparer.Ordinal);
        this.entered = entered.ToFrozenDictionary(StringComparer.Ordinal);
        this.left = left.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public bool IsEmpty => journeys.IsEmpty;

    /// <summary>Those that a date lets in to.</summary>
    public ulong Dates { get; }

    /// <summary>The first journey of a set.</summary>
    public JourneyFlow First(ulong set) => journeys[BitOperations.TrailingZeroCount(set)];

    /// <summary>The trigger of the first journey of a set of those that have a date.</summary>
    public JourneyTrigger.OfDate DateOf(ulong set) => (JourneyTrigger.OfDate)First(set).Trigger;

    /// <summary>Those that an interaction lets in to which was told so long after it happened.</summary>
    public ulong OfType(string type, TimeSpan late)
    {
        var fired = types.GetValueOrDefault(type);
        for (var each = fired; each != 0; each &= each - 1)
        {
            if (late > ((JourneyTrigger.OfInteraction)First(each).Trigger).Within)
            {
                fired &= ~(each & (~each + 1));
            }
        }

        return fired;
    }

    public ulong OfSegment(string segment, bool entered) => (entered ? this.entered : left).GetValueOrDefault(segment);

    public ulong OfStage(Stage stage) => stages[(int)stage];
}
