namespace SegmentOfOne.Engine.Erasures;

/// <summary>Why a customer is erased. A choice and no text, because a text would be kept for ever and might say whose it was.</summary>
public enum ErasureReason
{
    /// <summary>The customer asked for it.</summary>
    Request,

    /// <summary>Kept for as long as the playbook allows.</summary>
    Retention,

    /// <summary>A law or a court wants it.</summary>
    Law,

    /// <summary>It should never have been kept.</summary>
    Mistake,
}
