using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Journeys;

namespace SegmentOfOne.Engine.Store;

/// <content>Sums over what happens by time: segments, journeys, messages.</content>
internal sealed partial class Totals
{
    /// <summary>Journeys with their steps, rules and ends that have sums of their own: several versions of many journeys.</summary>
    public const int MaxParts = 10_000;

    /// <summary>By this rule a run ends whose customer is erased.</summary>
    public const string ErasedRule = "erased";

    /// <summary>Stands between the parts of a name; no name has it in itself.</summary>
    private const char Between = '\u001f';

    public static string Joined(params ReadOnlySpan<string> parts) => string.Join(Between, parts);

    public static string[] PartsOf(string name) => name.Split(Between);

    private static int MaxNamesOf(TotalKind kind) => kind switch
    {
        TotalKind.JourneyStepped or TotalKind.JourneyMoved or TotalKind.JourneyLeft or TotalKind.JourneyDwelt or TotalKind.JourneyBarred => MaxParts,
        _ => MaxNames,
    };

    private void AddByTime(Fact fact)
    {
        switch (fact)
        {
            case TimeCame:
                Add(TotalKind.ClockTurns, "", 1);
                break;
            case SegmentEntered entered:
                Add(TotalKind.SegmentEntered, entered.Segment, 1);
                break;
            case SegmentLeft left:
                Add(TotalKind.SegmentLeft, left.Segment, 1);
                break;
            case JourneyEntered entered:
                Add(TotalKind.JourneyEntered, entered.Journey, 1);
                break;
            case JourneyStepped stepped:
                Add(TotalKind.JourneyStepped, Joined(stepped.Journey, stepped.From, stepped.To), 1);
                AddDwelt(stepped.Journey, stepped.From, stepped.Dwelt);
                break;
            case JourneyMoved moved:
                Add(TotalKind.JourneyMoved, Joined(moved.Journey, moved.From, moved.To), 1);
                AddDwelt(moved.Journey, moved.From, moved.Dwelt);
                break;
            case JourneyLeft left:
                Add(TotalKind.JourneyLeft, Joined(left.Journey, left.Step, Number(left.End), left.Rule), 1);
                Add(TotalKind.JourneyLasted, Joined(left.Journey, Number(left.End)), left.Lasted);
                AddDwelt(left.Journey, left.Step, left.Dwelt);
                break;
            case JourneyBarred barred:
                Add(TotalKind.JourneyBarred, Joined(barred.Journey, barred.Rule), 1);
                break;
            case MessageLeft message:
                Add(TotalKind.Messages, message.Receiver, 1);
                break;
        }
    }

    private void AddDwelt(string journey, string step, long milliseconds)
    {
        if (milliseconds != 0)
        {
            Add(TotalKind.JourneyDwelt, Joined(journey, step), milliseconds);
        }
    }

    private static string Number(JourneyEnd end) => ((int)end).ToString(CultureInfo.InvariantCulture);
}
