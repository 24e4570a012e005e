using System.Globalization;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What the touches of a cap have in common.</summary>
public enum CapScope
{
    Overall,
    Purpose,
    Channel,
    Action,
}

/// <summary>At most <paramref name="Limit"/> touches within a window that ends now.</summary>
/// <param name="Match">The one purpose, channel or action that is counted, in the playbook's word; null: each is counted by itself.</param>
/// <param name="Direction">The touches that are counted, and held back; null: both.</param>
public sealed record CapRule(CapScope Scope, string? Match, Direction? Direction, int Limit, TimeSpan Window)
{
    /// <summary>As a rule is named in receipts: <c>at most 2 sell outbound in 7d</c>.</summary>
    public string Text { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"at most {Limit} {Counted(Scope, Match)}{(Direction is { } way ? way == Domain.Direction.Outbound ? " outbound" : " inbound" : "")} in {DurationText.Render(Window)}");

    /// <summary>The purpose of <see cref="Match"/>; null where another or none is meant.</summary>
    internal Purpose? Purpose { get; init; }

    internal bool Covers(Direction direction) => Direction is null || Direction == direction;

    private static string Counted(CapScope scope, string? match) =>
        match ?? (scope == CapScope.Overall ? "touches" : $"of one {scope.ToString().ToLowerInvariant()}");
}
