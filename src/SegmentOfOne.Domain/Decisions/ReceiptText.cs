using System.Diagnostics;
using System.Globalization;
using System.Text;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>A receipt as a tree of plain text, for people: what was decided, for whom, why this, and of every other candidate why not, with
/// what would have had to be different. Two spaces a level, lines end in a line feed.</summary>
public static class ReceiptText
{
    public static string ToText(this Receipt receipt)
    {
        var text = new StringBuilder();
        WriteHead(text, receipt);
        foreach (var candidate in receipt.Candidates)
        {
            if (candidate.Verdict == Verdict.Chosen)
            {
                WriteChosen(text, candidate);
            }
        }

        foreach (var candidate in receipt.Candidates)
        {
            if (candidate.Verdict != Verdict.Chosen)
            {
                WriteOther(text, candidate);
            }
        }

        return text.ToString();
    }

    private static void WriteHead(StringBuilder text, Receipt receipt)
    {
        var scores = receipt.Scores;
        var what = receipt.Action is null ? "no action" : receipt.Treatment is null ? receipt.Action : $"{receipt.Action}/{receipt.Treatment}";
        var way = receipt.Direction == Direction.Outbound ? "outbound" : "inbound";
        Line(text, 0, $"{receipt.Placement}: {what}");
        Line(text, 1, $"decided at {receipt.RecordedAt} on {(receipt.TouchChannel.Length == 0 ? "no channel" : receipt.TouchChannel)}, {way}, turn {receipt.Id.Version}, by playbook {receipt.PlaybookVersion}");
        if (receipt.HeldUntil is { } until)
        {
            Line(text, 1, $"to be delivered until {until}, else released");
        }

        Line(text, 1, string.Create(
            CultureInfo.InvariantCulture,
            $"for {Whom(receipt)} at {Words.NameOf(receipt.Stage)}: involvement {scores.Involvement:0.#}, interaction {scores.Interaction:0.#}, intimacy {scores.Intimacy:0.#}, influence {scores.Influence:0.#}, valued at {receipt.At}"));
    }

    /// <summary>Every candidate says first that the customer doesn't want to be decided for by what is known.</summary>
    private static string Whom(Receipt receipt) => receipt.Candidates is [{ Steps: [{ Rule: GateRules.DoNotPersonalise }, ..] }, ..]
        ? "somebody unknown, since the customer doesn't want personalisation,"
        : "a customer";

    private static void WriteChosen(StringBuilder text, Candidate candidate)
    {
        Line(text, 1, $"{candidate.Action}, to {Words.NameOf(candidate.Purpose)}, was chosen");
        foreach (var step in candidate.Steps)
        {
            WriteStep(text, step);
        }
    }

    /// <summary>What passed isn't told of those who lost, but for what was passed over; nor what its priority lacks of one that never came
    /// so far, but that it would have won.</summary>
    private static void WriteOther(StringBuilder text, Candidate candidate)
    {
        Line(text, 1, $"{candidate.Action}, to {Words.NameOf(candidate.Purpose)}, {Told(candidate.Verdict)}");
        var cameSoFar = candidate.Verdict is Verdict.Outranked or Verdict.Worthless;
        foreach (var step in candidate.Steps)
        {
            if (step.Gate == Gate.Arbitration && !cameSoFar)
            {
                if (step.Ruling == Ruling.Passed)
                {
                    Line(text, 2, step.Remark);
                }
            }
            else if (step.Ruling != Ruling.Passed)
            {
                WriteStep(text, step);
            }
        }
    }

    private static void WriteStep(StringBuilder text, GateStep step)
    {
        var facts = string.Join(", ", step.Facts.Select(fact => $"{fact.Name}: {fact.Value}"));
        var ruling = step.Ruling switch
        {
            Ruling.Passed => "passed",
            Ruling.Failed => "failed",
            Ruling.Bypassed => "passed over",
            _ => throw new UnreachableException($"ruling {step.Ruling}"),
        };
        Line(text, 2, $"{Told(step.Gate)} {ruling}: {step.Rule}{(facts.Length == 0 ? "" : $" [{facts}]")}");

        // Of a single comparison all is said.
        if (step.Remark.Length > 0 && !step.Remark.StartsWith(step.Rule, StringComparison.Ordinal))
        {
            Line(text, 3, step.Ruling == Ruling.Failed ? $"needed: {step.Remark}" : step.Remark);
        }
    }

    private static void Line(StringBuilder text, int level, string line) => text.Append(' ', level * 2).Append(line).Append('\n');

    private static string Told(Verdict verdict) => verdict switch
    {
        Verdict.Chosen => "was chosen",
        Verdict.Outranked => "had a lower priority",
        Verdict.Ineligible => "is not allowed",
        Verdict.Inapplicable => "is not relevant now",
        Verdict.Unsuitable => "is not in the customer's interest",
        Verdict.HeldBack => "is held back by the contact policy",
        Verdict.Untreated => "has nothing to say to this customer",
        Verdict.Worthless => "is worth nothing here",
        _ => throw new UnreachableException($"verdict {verdict}"),
    };

    private static string Told(Gate gate) => gate switch
    {
        Gate.Eligibility => "eligibility",
        Gate.Applicability => "applicability",
        Gate.Suitability => "suitability",
        Gate.ContactPolicy => "contact",
        Gate.Arbitration => "arbitration",
        Gate.Treatment => "treatment",
        _ => throw new UnreachableException($"gate {gate}"),
    };
}
