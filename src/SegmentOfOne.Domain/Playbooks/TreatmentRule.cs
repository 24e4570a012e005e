using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What stands for <c>{{name}}</c> in the content of a treatment.</summary>
/// <param name="Decimals">Of a number; null: as many as it has, at most 2.</param>
/// <param name="Fallback">What is said where the value is missing or empty; never empty itself.</param>
public sealed record VariableRule(string Name, Expression Value, int? Decimals, string Fallback);

/// <summary>One way to say an action. Content is text by field name; <c>{{name}}</c> in it stands for a variable, and nothing else in it
/// is a template.</summary>
public sealed record TreatmentRule(
    string Id, Expression? When, FrozenDictionary<string, string> Content, ImmutableArray<VariableRule> Variables)
{
    /// <summary>The variables as they are at this moment, each a text that isn't empty.</summary>
    public Properties Fill(in Scope scope)
    {
        if (Variables.IsEmpty)
        {
            return Properties.Empty;
        }

        var filled = ImmutableArray.CreateBuilder<KeyValuePair<string, PropertyValue>>(Variables.Length);
        foreach (var variable in Variables)
        {
            filled.Add(KeyValuePair.Create(variable.Name, PropertyValue.Of(variable.Value.Shown(scope, variable.Decimals) ?? variable.Fallback)));
        }

        return Properties.FromSorted(filled.MoveToImmutable());
    }
}
