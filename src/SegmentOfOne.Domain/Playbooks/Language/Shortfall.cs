using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Why a condition is not what it should be, and what would have had to be different: the comparisons that decide it, each with
/// the facts it read. What already is as wanted isn't mentioned.</summary>
internal sealed class Shortfall(Traces traces)
{
    /// <summary>Of a condition that doesn't hold, such as <c>orders >= 2 (orders is 1)</c>.</summary>
    public string Of(Syntax condition, in Scope scope) => Needed(condition, true, scope, nested: false);

    /// <param name="nested">Stands beside others, so that what has several parts needs parentheses.</param>
    private string Needed(Syntax part, bool wanted, in Scope scope, bool nested)
    {
        switch (part)
        {
            case NotSyntax not:
                return Needed(not.Operand, !wanted, scope, nested);

            // One term that holds too much can be taken from all; of any, all that hold.
            case AllSyntax { Terms: var terms }:
                return Joined(terms, wanted, scope, wanted ? " and " : " or ", nested);
            case AnySyntax { Terms: var terms }:
                return Joined(terms, wanted, scope, wanted ? " or " : " and ", nested);
            default:
                return (wanted ? "" : "not ") + SyntaxText.Render(part) + FactsOf(part, scope);
        }
    }

    private string Joined(ImmutableArray<Syntax> terms, bool wanted, in Scope scope, string word, bool nested)
    {
        var amiss = new List<Syntax>();
        foreach (var term in terms)
        {
            if (((BooleanNode)traces.Parts[term].Node).Value(scope) != wanted)
            {
                amiss.Add(term);
            }
        }

        var needed = new List<string>();
        foreach (var term in amiss)
        {
            needed.Add(Needed(term, wanted, scope, amiss.Count > 1));
        }

        var joined = string.Join(word, needed);
        return nested && needed.Count > 1 ? $"({joined})" : joined;
    }

    /// <summary>Nothing of what is a fact itself, such as <c>at_risk</c>: that it is needed says that it isn't so.</summary>
    private string FactsOf(Syntax part, in Scope scope)
    {
        if (traces.Readings.ContainsKey(part))
        {
            return "";
        }

        var facts = new List<string>();
        Collect(part, scope, facts);
        return facts.Count == 0 ? "" : $" ({string.Join(", ", facts.Distinct(StringComparer.Ordinal))})";
    }

    private void Collect(Syntax part, in Scope scope, List<string> facts)
    {
        if (traces.Readings.TryGetValue(part, out var reading))
        {
            facts.Add($"{reading.Name} is {ValueText.Of(reading.Fact, scope)}");
            return;
        }

        foreach (var inner in part.Parts)
        {
            Collect(inner, scope, facts);
        }
    }
}
