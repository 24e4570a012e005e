namespace SegmentOfOne.Engine.Access;

/// <summary>What the holder of a key is there for. The names are stored.</summary>
public enum Role
{
    /// <summary>A channel: tells what customers do, asks for decisions.</summary>
    Channel,

    /// <summary>Looks, and changes nothing.</summary>
    Reader,

    /// <summary>Looks, drafts playbooks and tries them.</summary>
    Marketer,

    /// <summary>Looks, approves drafts and puts them in force.</summary>
    Approver,

    /// <summary>Everything, keys included.</summary>
    Admin,
}
