namespace SegmentOfOne.Silo.Playbooks;

/// <summary>What <see cref="PlaybookGrain"/> remembers.</summary>
[GenerateSerializer]
[Alias("segmentofone.announced")]
public sealed class Announced
{
    /// <summary>The latest version that was announced to every silo.</summary>
    [Id(0)]
    public int Version { get; set; }
}
