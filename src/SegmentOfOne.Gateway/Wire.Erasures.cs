using SegmentOfOne.Engine.Erasures;

namespace SegmentOfOne.Gateway;

// Customers that were erased.
public static partial class Wire
{
    public static Admin.V1.Erasure ToWire(Erasure erasure) => new()
    {
        Id = erasure.Id,
        Subject = erasure.Subject,
        Reason = Name(erasure.Reason),
        Person = erasure.Person,
        RequestedAt = ToWire(erasure.RequestedAt),
        FinishedAt = erasure.FinishedAt is { } at ? ToWire(at) : null,
    };
}
