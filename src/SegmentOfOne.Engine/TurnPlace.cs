namespace SegmentOfOne.Engine;

/// <summary>Whether a turn that was begun already has its place in the order of its customer's turns, before it is durable and answered.
/// Each is for one turn.</summary>
public sealed class TurnPlace
{
    /// <summary>True: a turn of the same customer that is begun from now on comes behind. False: it may overtake until this one is answered.</summary>
    public bool IsTaken { get; internal set; }
}
