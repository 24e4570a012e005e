namespace SegmentOfOne.Engine;

/// <summary>Whether a turn that was begun already has its place in the order of its customer's turns, before it is durable and answered.
/// For one caller that begins turns one after the other.</summary>
public sealed class TurnPlace
{
    /// <summary>True: a turn of the same customer that is begun from now on comes behind. False: it may overtake until this one is answered.</summary>
    public bool IsTaken { get; set; }
}
