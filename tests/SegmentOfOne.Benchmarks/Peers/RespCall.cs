namespace SegmentOfOne.Benchmarks.Peers;

/// <summary>Waits for the replies to its commands. It neither throws nor waits.</summary>
public abstract class RespCall
{
    /// <summary>The reply to the command that it sent last.</summary>
    public abstract void Take(in RespReply reply);

    /// <summary>There will be none: the connection broke.</summary>
    public abstract void Fail(Exception why);
}
