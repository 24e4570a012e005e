namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>What besides the customer and the request a node depends on; known when it is compiled.</summary>
[Flags]
internal enum Needs
{
    Nothing = 0,

    /// <summary>It can change by time alone.</summary>
    Time = 1,

    /// <summary>The scores of the scope, which change by time.</summary>
    Scores = 2,
}

internal static class NeedsOf
{
    /// <summary>What any of some nodes needs.</summary>
    public static Needs All(ReadOnlySpan<Node> nodes)
    {
        var needs = Needs.Nothing;
        foreach (var node in nodes)
        {
            needs |= node.Needs;
        }

        return needs;
    }
}
