using FsCheck;
using FsCheck.Fluent;

namespace SegmentOfOne.Domain.Tests;

/// <summary>Properties over generated values. A failure names the seed that gives the same values again.</summary>
internal static class Property
{
    public static void Holds<T>(Gen<T> values, Action<T> property, int times = 200) =>
        Prop.ForAll(values.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(times));
}
