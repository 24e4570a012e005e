using System.Runtime.InteropServices;

namespace SegmentOfOne.LoadTest.Measure;

/// <summary>Sleeps of less than a millisecond, which the runtime's own are not: nanosleep(2), where there is one.</summary>
public static partial class FineSleep
{
    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);

    /// <summary>Sleeps at least this long; Linux adds about 50 microseconds, elsewhere it is a millisecond or two.</summary>
    /// <param name="microseconds">Less than a million.</param>
    public static void Microseconds(int microseconds)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = NanoSleep(new TimeSpec(0, microseconds * 1_000L), 0);
        }
        else
        {
            Thread.Sleep(1);
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec duration, nint remaining);
}
