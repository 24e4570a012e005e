using System.Numerics;

namespace SegmentOfOne.Engine.Residents;

/// <summary>Slot sizes: 64 bytes, then eight steps to each doubling, so that a slot wastes less than a ninth of itself.</summary>
internal static class SizeClasses
{
    public const int Smallest = 1 << FirstOctave;

    private const int FirstOctave = 6;
    private const int StepBits = 3;
    private const int Steps = 1 << StepBits;

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
        return ((octave - FirstOctave) * Steps) + (((bytes - 1) >> (octave - StepBits)) & (Steps - 1)) + 1;
    }

    /// <summary>Bytes of a slot of this class.</summary>
    public static int Bytes(int sizeClass)
    {
        if (sizeClass == 0)
        {
            return Smallest;
        }

        var octave = FirstOctave + ((sizeClass - 1) / Steps);
        return (1 << octave) + ((((sizeClass - 1) % Steps) + 1) << (octave - StepBits));
    }
}
