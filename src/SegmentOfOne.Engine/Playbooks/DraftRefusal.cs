namespace SegmentOfOne.Engine.Playbooks;

/// <summary>Why a step with a draft is not done.</summary>
public enum DraftRefusal
{
    /// <summary>It was not checked, or has mistakes.</summary>
    NotChecked,

    /// <summary>It was not tried on what customers did.</summary>
    NotSimulated,

    NotApproved,

    /// <summary>Who drafted it can't approve it.</summary>
    SecondPersonNeeded,

    /// <summary>It is in force, or was.</summary>
    AlreadyPublished,

    /// <summary>Another version came into force since it was handed in.</summary>
    Overtaken,
}
