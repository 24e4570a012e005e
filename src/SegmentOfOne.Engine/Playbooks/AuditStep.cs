namespace SegmentOfOne.Engine.Playbooks;

/// <summary>What was done, mostly with a playbook. The names are stored.</summary>
public enum AuditStep
{
    /// <summary>A document was handed in.</summary>
    Drafted,

    /// <summary>It was read for mistakes.</summary>
    Checked,

    /// <summary>It was tried on what real customers did.</summary>
    Simulated,

    /// <summary>Somebody stands for it.</summary>
    Approved,

    /// <summary>It came into force.</summary>
    Published,

    /// <summary>The document of an earlier version came into force again.</summary>
    RolledBack,

    /// <summary>It had been in force before there was a trail.</summary>
    Adopted,

    /// <summary>No playbook's: a customer was erased.</summary>
    Erased,
}
