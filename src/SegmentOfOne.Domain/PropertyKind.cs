namespace SegmentOfOne.Domain;

public enum PropertyKind : byte
{
    Text = 1,
    Number = 2,
    Truth = 3,
}
