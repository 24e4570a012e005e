using System.Globalization;

namespace SegmentOfOne.Engine.Playbooks;

/// <summary>Who puts a document in force, and on what grounds.</summary>
/// <param name="RolledBackTo">The earlier version whose document it is; null: a document of its own.</param>
internal sealed record Publication(string Person, AuditStep Step, long Draft, int? RolledBackTo)
{
    public AuditFacts FactsOf(int version, string document) => new(
        Person,
        Step,
        Draft,
        version,
        document,
        string.Create(
            CultureInfo.InvariantCulture,
            $"as version {version}{(RolledBackTo is { } earlier ? $", the document of version {earlier} again" : Draft > 0 ? $", draft {Draft}" : Person.Length > 0 ? ", without a draft" : "")}"));
}
