namespace SegmentOfOne.Domain.Traits;

/// <summary>The latest value by when it occurred, or what a journey said last. One is enough: it leaves the window at its exact time, and then
/// nothing before it is within. Of values that occurred at one time, the greatest; of what was said at one time, the last.</summary>
public sealed class LastMemory : TraitMemory
{
    internal LastMemory(TraitKind kind)
        : base(kind)
    {
    }

    /// <summary>Nothing while <see cref="TraitMemory.IsEmpty"/>.</summary>
    internal Occurrence Latest { get; private set; }

    public override bool TryValue(Instant at, out PropertyValue value)
    {
        value = Latest.Value;
        return !IsEmpty && (Window == 0 || Latest.At.UnixMilliseconds > at.UnixMilliseconds - Window);
    }

    public override Instant? NextChange(Instant at) => Window > 0 && TryValue(at, out _) ? new Instant(Latest.At.UnixMilliseconds + Window) : null;

    internal override void Add(PropertyValue value, Instant at)
    {
        var occurrence = new Occurrence(value, at);
        if (IsEmpty || (Kind == TraitKind.Set ? at >= Latest.At : Latest.IsBefore(occurrence)))
        {
            Restore(occurrence);
        }
    }

    internal override bool Holds(int place) => !IsEmpty;

    internal void Restore(in Occurrence latest)
    {
        Latest = latest;
        Restore(0);
    }

    private protected override void Forget() => Latest = default;

    private protected override void Drop(int place)
    {
    }

    /// <summary>Of what was said at one time the greater counts here: what two customers say has no order.</summary>
    internal override void Absorb(TraitMemory other)
    {
        if (!other.IsEmpty && (IsEmpty || Latest.IsBefore(((LastMemory)other).Latest)))
        {
            Restore(((LastMemory)other).Latest);
        }
    }
}
