using System.Collections.Frozen;
using System.Collections.Immutable;
using Google.Protobuf.Collections;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Gateway.Treatments;

/// <summary>What the treatments of one playbook version say, compiled.</summary>
public sealed class PlaybookContent
{
    private readonly FrozenDictionary<(string Action, string Treatment), ImmutableArray<ContentField>> _fields;

    internal PlaybookContent(Playbook playbook, Func<ContentRule, ContentTemplate> compile)
    {
        var fields = new Dictionary<(string Action, string Treatment), ImmutableArray<ContentField>>();
        foreach (var action in playbook.Actions)
        {
            foreach (var treatment in action.Treatments)
            {
                fields.Add(
                    (action.Id, treatment.Id),
                    [.. treatment.Content.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => new ContentField(field.Key, compile(field.Value)))]);
            }
        }

        _fields = fields.ToFrozenDictionary();
    }

    /// <summary>Adds what a decision says, field by field; nothing where it has no treatment.</summary>
    public void AddTo(MapField<string, string> wire, Decision decision)
    {
        foreach (var field in FieldsOf(decision))
        {
            wire.Add(field.Name, field.Template.Fill(decision.Variables));
        }
    }

    /// <summary>The fields of what a decision says, in ordinal order; none where it has no treatment.</summary>
    internal ImmutableArray<ContentField> FieldsOf(Decision decision) =>
        decision is { Action: { } action, Treatment: { } treatment } ? _fields[(action, treatment)] : [];

    /// <summary>What a treatment says, field by field; nothing where there is none.</summary>
    public IEnumerable<(string Name, string Text)> Fill(string? action, string? treatment, Domain.Properties variables) =>
        action is not null && treatment is not null
            ? _fields[(action, treatment)].Select(field => (field.Name, field.Template.Fill(variables)))
            : [];

    internal readonly record struct ContentField(string Name, ContentTemplate Template);
}
