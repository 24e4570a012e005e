namespace SegmentOfOne.Silo.Playbooks;

/// <summary>The one grain that tells every silo what was published; its key is <see cref="Key"/>.</summary>
[Alias("segmentofone.playbook")]
public interface IPlaybookGrain : IGrainWithStringKey
{
    public const string Key = "playbook";

    /// <summary>Has a version, which the store has already, put in force on every silo; the answer comes when they all said so or time was up.</summary>
    [Alias("announce")]
    Task Announce(int version);

    /// <summary>What is in force on each silo now.</summary>
    [Alias("in_force")]
    Task<SiloInForce[]> InForce();
}
