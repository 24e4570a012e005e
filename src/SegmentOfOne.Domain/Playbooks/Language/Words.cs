using System.Collections.Frozen;
using System.Text;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Journeys;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>What an expression may read, which depends on where it stands.</summary>
[Flags]
internal enum Reach
{
    /// <summary>The interaction or request at hand: type, channel, properties.</summary>
    Request = 1,

    /// <summary>The customer: scores, stage, counts, times, money.</summary>
    Customer = 2,

    /// <summary>The time of day.</summary>
    Clock = 4,

    /// <summary>The segments that the customer is in. They follow the stage and the overlays, which therefore can't depend on them.</summary>
    Segments = 8,

    /// <summary>Everything there is at the moment of a decision.</summary>
    Moment = Request | Customer | Clock | Segments,
}

/// <summary>The words of the language that are no functions (those are <see cref="Functions"/>).</summary>
internal static class Words
{
    /// <summary>Words that can be no names.</summary>
    public static readonly FrozenSet<string> Reserved = FrozenSet.Create(StringComparer.Ordinal, "and", "or", "not", "in", "true", "false");

    /// <summary>Facts that are read by their name alone.</summary>
    public static readonly FrozenDictionary<string, (ExpressionType Type, Reach Reach, Node Node)> Facts =
        new Dictionary<string, (ExpressionType, Reach, Node)>
        {
            ["involvement"] = Number(NumberFact.Involvement),
            ["interaction"] = Number(NumberFact.Interaction),
            ["intimacy"] = Number(NumberFact.Intimacy),
            ["influence"] = Number(NumberFact.Influence),
            ["engagement"] = Number(NumberFact.Engagement),
            ["advocacy"] = Number(NumberFact.Advocacy),
            ["intimacy_rise"] = Number(NumberFact.IntimacyRise),
            ["intimacy_fall"] = Number(NumberFact.IntimacyFall),
            ["orders"] = Number(NumberFact.Orders),
            ["revenue"] = Number(NumberFact.Revenue),
            ["reentries"] = Number(NumberFact.Reentries),
            ["stage"] = (ExpressionType.Stage, Reach.Customer, StageNode.Instance),
            ["at_risk"] = (ExpressionType.Boolean, Reach.Customer, new OverlayTruth(Overlay.AtRisk)),
            ["in_recovery"] = (ExpressionType.Boolean, Reach.Customer, new OverlayTruth(Overlay.InRecovery)),
            ["type"] = (ExpressionType.Text, Reach.Request, new TypeText()),
            ["channel"] = (ExpressionType.Text, Reach.Request, new ChannelText()),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Kinds of evidence by the word that a playbook uses.</summary>
    public static readonly FrozenDictionary<string, Evidence> Evidences = NamesOf(Evidence.None);

    /// <summary>Stages by the word that a playbook uses.</summary>
    public static readonly FrozenDictionary<string, Stage> Stages = NamesOf(Stage.Merged);

    /// <summary>The stages that are reached going forward, without Unknown and what stands outside the order.</summary>
    public static readonly FrozenDictionary<string, Stage> Rungs =
        NamesOf(Stage.Unknown, Stage.Lapsed, Stage.Erased, Stage.Merged);

    /// <summary>Phases of an episode by the word that a playbook uses.</summary>
    public static readonly FrozenDictionary<string, EpisodePhase> Phases = NamesOf<EpisodePhase>();

    /// <summary>Purposes of actions by the word that a playbook uses; so are the following.</summary>
    public static readonly FrozenDictionary<string, Purpose> Purposes = NamesOf<Purpose>();

    public static readonly FrozenDictionary<string, Direction> Directions = NamesOf<Direction>();

    public static readonly FrozenDictionary<string, ContentFormat> ContentFormats = NamesOf<ContentFormat>();

    public static readonly FrozenDictionary<string, CapScope> CapScopes = NamesOf<CapScope>();

    public static readonly FrozenDictionary<string, TouchReport> Reports = NamesOf(TouchReport.None);

    public static readonly FrozenDictionary<string, ConsentStatement> ConsentStatements = NamesOf<ConsentStatement>();

    public static readonly FrozenDictionary<string, RankedScore> RankedScores = NamesOf<RankedScore>();

    /// <summary>How a step can end a run.</summary>
    public static readonly FrozenDictionary<string, JourneyEnd> Exits = NamesOf(JourneyEnd.Exited, JourneyEnd.Broken);

    public static readonly FrozenDictionary<string, DayOfWeek> Days = NamesOf<DayOfWeek>();

    public static string NameOf(Purpose purpose) => Spelled(purpose.ToString());

    public static string NameOf(Stage stage) => Spelled(stage.ToString());

    /// <summary>A type as messages call it.</summary>
    public static string Described(this ExpressionType type) => type switch
    {
        ExpressionType.Number => "a number",
        ExpressionType.Duration => "a duration",
        ExpressionType.Text => "a text",
        ExpressionType.Boolean => "true or false",
        ExpressionType.Stage => "a stage",
        _ => throw new System.Diagnostics.UnreachableException($"type {type}"),
    };

    /// <summary>The members of an enumeration in small letters with underscores between words: WishList is wish_list.</summary>
    private static FrozenDictionary<string, T> NamesOf<T>(params T[] except)
        where T : struct, Enum =>
        Enum.GetValues<T>().Except(except).ToFrozenDictionary(value => Spelled(value.ToString()), StringComparer.Ordinal);

    private static string Spelled(string name)
    {
        var spelled = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && spelled.Length > 0)
            {
                spelled.Append('_');
            }

            spelled.Append(char.ToLowerInvariant(letter));
        }

        return spelled.ToString();
    }

    private static (ExpressionType Type, Reach Reach, Node Node) Number(NumberFact fact) =>
        (ExpressionType.Number, Reach.Customer, new FactNumber(fact));
}
