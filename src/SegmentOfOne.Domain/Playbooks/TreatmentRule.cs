using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What stands for <c>{{name}}</c> in the content of a treatment.</summary>
/// <param name="Decimals">Of a number; null: as many as it has, at most 2.</param>
/// <param name="Fallback">What is said where the value is missing or empty; never empty itself.</param>
public sealed record VariableRule(string Name, Expression Value, int? Decimals, string Fallback);

/// <summary>One way to say an action, field by field.</summary>
public sealed record TreatmentRule(
    string Id, Expression? When, FrozenDictionary<string, ContentRule> Content, ImmutableArray<VariableRule> Variables)
{
    /// <summary>The variables as they are at this moment, each a text that isn't blank and has at most
    /// <see cref="PlaybookLimits.VariableLength"/> characters.</summary>
    public Properties Fill(in Scope scope)
    {
        if (Variables.IsEmpty)
        {
            return Properties.Empty;
        }

        var filled = new KeyValuePair<string, PropertyValue>[Variables.Length];
        for (var i = 0; i < filled.Length; i++)
        {
            filled[i] = KeyValuePair.Create(Variables[i].Name, PropertyValue.Of(Said(Variables[i], scope)));
        }

        return Properties.FromSorted(ImmutableCollectionsMarshal.AsImmutableArray(filled));
    }

    private static string Said(VariableRule variable, in Scope scope)
    {
        var text = variable.Value.Shown(scope, variable.Decimals);
        if (string.IsNullOrWhiteSpace(text))
        {
            return variable.Fallback;
        }

        const int Most = PlaybookLimits.VariableLength;
        return text.Length <= Most ? text : text[..(char.IsHighSurrogate(text[Most - 2]) ? Most - 2 : Most - 1)] + "…";
    }
}
