using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>Where and when a figure was measured.</summary>
/// <param name="Commit">The commit that was built, with "+" when the tree had changes beside it.</param>
/// <param name="LoadAverage">How many threads wanted a processor in the last minute, the measured ones among them: far more
/// than there are cores means that others were at work on the machine.</param>
public sealed record Place(
    DateTimeOffset At, string Commit, string Processor, int Cores, double LoadAverage, double MemoryGigabytes, string System, string Runtime)
{
    /// <summary>Here and now.</summary>
    public static Place Here() => new(
        new DateTimeOffset(DateTime.UtcNow.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero),
        Git("rev-parse", "--short", "HEAD") + (Git("status", "--porcelain", "--", "src", "tests/SegmentOfOne.LoadTest", "tests/SegmentOfOne.Benchmarks/*.cs").Length > 0 ? "+" : ""),
        ProcessorName(), Environment.ProcessorCount, LoadOfTheLastMinute(), Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9, 1),
        RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription);

    private static string ProcessorName() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown"
            : RuntimeInformation.ProcessArchitecture.ToString();

    private static double LoadOfTheLastMinute() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : double.NaN;

    private static string Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, WorkingDirectory = Built.Repository })!;
        var said = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return said;
    }
}
