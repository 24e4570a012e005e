namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>What happened in lives, so that a test can say that they reached it.</summary>
internal sealed class LifeCounts
{
    public int Chosen { get; set; }

    public int Nothing { get; set; }

    /// <summary>Candidates that the contact policy held back.</summary>
    public int HeldBack { get; set; }

    public int Withdrawn { get; set; }

    /// <summary>Sales chosen in spite of a lock, since the customer asked.</summary>
    public int Overridden { get; set; }

    public int Repeated { get; set; }
}
