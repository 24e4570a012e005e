namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>
/// Chance that is the same on every machine and in every version of the runtime: SplitMix64 (Steele, Lea, Flood 2014).
/// </summary>
public sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Dice of their own for one visit, customer or product: independent of how many rolls others took.</summary>
    public static Dice For(ulong seed, string what, long which)
    {
        var mixed = new Dice(seed);
        foreach (char c in what)
        {
            mixed._state ^= c;
            mixed.Roll();
        }
        mixed._state += (ulong)which * 0xD1342543DE82EF95;
        return new Dice(mixed.Roll());
    }

    /// <summary>64 even bits.</summary>
    public ulong Roll()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Even in [0, 1).</summary>
    public double Share() => (Roll() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with this probability.</summary>
    public bool Happens(double probability) => Share() < probability;

    /// <summary>Even in [from, to], whole numbers.</summary>
    public int Between(int from, int to) => from + (int)(Share() * (to - from + 1));

    /// <summary>Exponential with this mean: the gap between arrivals of a Poisson process.</summary>
    public double Exponential(double mean) => -mean * Math.Log(1 - Share());

    /// <summary>Exponential with this mean.</summary>
    public TimeSpan Exponential(TimeSpan mean) => TimeSpan.FromTicks((long)Exponential((double)mean.Ticks));

    /// <summary>One of them, evenly.</summary>
    public T OneOf<T>(ReadOnlySpan<T> choices) => choices[Between(0, choices.Length - 1)];
}
