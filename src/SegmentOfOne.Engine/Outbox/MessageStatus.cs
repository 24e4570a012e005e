namespace SegmentOfOne.Engine.Outbox;

/// <summary>What has become of a message. The numbers are stored.</summary>
public enum MessageStatus
{
    /// <summary>It is to be delivered, now or later.</summary>
    Waiting = 0,

    /// <summary>The receiver has taken it. It is counted, and kept no longer.</summary>
    Delivered = 1,

    /// <summary>Given up; kept for a while, and can be sent again.</summary>
    Dead = 2,

    /// <summary>What it carries may no longer be delivered; kept for a while.</summary>
    Withdrawn = 3,

    /// <summary>It was dead, and is kept no longer. It is counted.</summary>
    Discarded = 4,
}
