using Orleans.Services;

namespace SegmentOfOne.Silo.Playbooks;

/// <summary>On every silo: what is in force there.</summary>
[Alias("segmentofone.playbook_service")]
public interface IPlaybookService : IGrainService
{
    /// <summary>Takes what is published into force when it is newer; the version in force then.</summary>
    [Alias("follow")]
    Task<int> Follow();

    /// <summary>The version in force.</summary>
    [Alias("in_force")]
    Task<int> InForce();
}
