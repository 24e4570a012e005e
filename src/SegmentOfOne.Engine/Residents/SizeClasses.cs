using System.Numerics;

namespace SegmentOfOne.Engine.Residents;

/// <summary>Slot sizes: 64 bytes, then four steps to each doubling, so that a slot wastes less than a fifth of itself.</summary>
internal static class SizeClasses
{
    public const int Smallest = 64;

    /// <summary>Bytes of the largest slot.</summary>
    public const int Largest = 1 << 20;

    public static readonly int Count = Of(Largest) + 1;

    /// <summary>The smallest class whose slots hold <paramref name="bytes"/> (1 to <see cref="Largest"/>).</summary>
    public static int Of(int bytes)
    {
        if (bytes <= Smallest)
        {
            return 0;
        }

        var octave = BitOperations.Log2((uint)bytes - 1);
        return ((octave - 6) * 4) + (((bytes - 1) >> (octave - 2)) & 3) + 1;
    }

    /// <summary>Bytes of a slot of this class.</summary>
    public static int Bytes(int sizeClass)
    {
        if (sizeClass == 0)
        {
            return Smallest;
        }

        var octave = 6 + ((sizeClass - 1) / 4);
        return (1 << octave) + ((((sizeClass - 1) % 4) + 1) << (octave - 2));
    }
}
