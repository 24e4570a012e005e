using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Identity;

/// <summary>A customer's state in its stored format, as a fact carries it; equal when the bytes are.</summary>
public readonly struct StateBytes(ImmutableArray<byte> bytes) : IEquatable<StateBytes>
{
    private readonly ImmutableArray<byte> bytes = bytes;

    public ReadOnlySpan<byte> Span => bytes.AsSpan();

    public static StateBytes Of(CustomerState state) => new([.. Formats.StateFormat.ToBytes(state)]);

    public static bool operator ==(StateBytes a, StateBytes b) => a.Equals(b);

    public static bool operator !=(StateBytes a, StateBytes b) => !a.Equals(b);

    public bool Equals(StateBytes other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is StateBytes other && Equals(other);

    public override int GetHashCode() => Span.Length;

    public override string ToString() => $"{Span.Length} bytes";
}
