using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Gateway;

// A customer's story: every fact by name, with what it says. Total over the facts.
public static partial class Wire
{
    public static V1.Turn ToWire(Turn turn)
    {
        var wire = new V1.Turn { Version = (ulong)turn.Version, RecordedAt = ToWire(turn.At), PlaybookVersion = turn.PlaybookVersion };
        foreach (var fact in turn.Facts)
        {
            wire.Facts.Add(ToWire(fact, turn.At));
        }

        return wire;
    }

    private static V1.Fact ToWire(Fact fact, Instant recorded) => fact switch
    {
        CustomerMet met => New("customer_met", met.At, new()
        {
            ["kind"] = Text(met.Identifier.Kind),
            ["value"] = Text(met.Identifier.Value),
        }),
        MeasuresAdopted { Measures: var measures } => New("measures_adopted", recorded, new()
        {
            ["involvement_half_life_days"] = Number(Days(measures.InvolvementHalfLife)),
            ["interaction_half_life_days"] = Number(Days(measures.InteractionHalfLife)),
            ["intimacy_half_life_days"] = Number(Days(measures.IntimacyHalfLife)),
            ["influence_half_life_days"] = Number(Days(measures.InfluenceHalfLife)),
            ["intimacy_kappa"] = Number(measures.IntimacyKappa),
            ["shift_within_days"] = Number(Days(measures.ShiftWithin)),
        }),
        InteractionObserved seen => New("interaction_observed", seen.OccurredAt, new()
        {
            ["id"] = Text(seen.Id),
            ["type"] = Text(seen.Type),
            ["channel"] = Text(seen.Channel),
            ["known"] = Value.ForBool(seen.Known),
            ["evidence"] = Text(Names(seen.Evidence)),
        }, seen.Properties),
        DecisionsAsked asked => New("decisions_asked", recorded, new()
        {
            ["id"] = Text(asked.Id),
            ["channel"] = Text(asked.Channel),
        }, asked.Properties),
        EngagementEarned earned => New("engagement_earned", earned.At, new()
        {
            ["involvement"] = Number(earned.Involvement),
            ["interaction"] = Number(earned.Interaction),
            ["liked"] = Number(earned.Liked),
            ["disliked"] = Number(earned.Disliked),
            ["influence"] = Number(earned.Influence),
        }),
        MoneyMoved moved => New("money_moved", moved.At, new() { ["amount"] = Text(ToWire(moved.Amount)) }),
        EpisodeMoved moved => New("episode_moved", moved.At, new() { ["key"] = Text(moved.Key), ["phase"] = Text(Name(moved.Phase)) }),
        StageChanged changed => New("stage_changed", changed.At, new()
        {
            ["from"] = Text(Name(changed.From)),
            ["to"] = Text(Name(changed.To)),
            ["rule"] = Text(changed.Rule),
            ["evidence"] = Text(Names(changed.Evidence)),
        }),
        OverlayChanged changed => New("overlay_changed", changed.At, new()
        {
            ["overlay"] = Text(Name(changed.Overlay)),
            ["on"] = Value.ForBool(changed.On),
            ["rule"] = Text(changed.Rule),
        }),
        DelightNoticed noticed => New("delight_noticed", noticed.At, new() { ["rise"] = Number(noticed.Rise) }),
        Decided decided => New("decided", recorded, new()
        {
            ["placement"] = Text(decided.Placement),
            ["action"] = Text(decided.Action ?? ""),
            ["treatment"] = Text(decided.Treatment ?? ""),
            ["propensity"] = Number(decided.Propensity),
            ["likelihood"] = Number(decided.Likelihood),
            ["priority"] = Number(decided.Priority),
            ["asked_by"] = Text(decided.AskedBy is null ? "caller" : "journey"),
        }),
        _ => ContactToWire(fact, recorded),
    };

    private static V1.Fact New(string name, Instant at, MapField<string, Value> attributes, Properties? properties = null)
    {
        var wire = new V1.Fact { Name = name, At = ToWire(at) };
        wire.Attributes.Add(attributes);
        foreach (var (property, value) in properties ?? Properties.Empty)
        {
            wire.Properties.Add(property, ToWire(value));
        }

        return wire;
    }

    private static Value Text(string text) => Value.ForString(text);

    private static Value Number(double number) => Value.ForNumber(number);

    private static double Days(long milliseconds) => TimeSpan.FromMilliseconds(milliseconds).TotalDays;

    /// <summary>The flags by name, comma between: <c>item,cart</c>; empty for none.</summary>
    private static string Names(Evidence evidence)
    {
        var names = new StringBuilder();
        foreach (var one in System.Enum.GetValues<Evidence>())
        {
            if (one != Evidence.None && evidence.HasFlag(one))
            {
                names.Append(names.Length == 0 ? "" : ",").Append(Name(one));
            }
        }

        return names.ToString();
    }

    /// <summary>The name of an enum's value as the contract spells names: InRecovery is in_recovery.</summary>
    public static string Name<T>(T value)
        where T : struct, System.Enum =>
        Known<T>.Names.TryGetValue(value, out var name) ? name : Spell(value);

    private static string Spell<T>(T value)
        where T : struct, System.Enum
    {
        var name = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
        }

        return name.ToString();
    }

    private static class Known<T>
        where T : struct, System.Enum
    {
        public static readonly FrozenDictionary<T, string> Names = System.Enum.GetValues<T>().Distinct().ToFrozenDictionary(value => value, Spell);
    }
}
