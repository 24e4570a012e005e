using SegmentOfOne.Engine.Tests.Durability;

namespace SegmentOfOne.Engine.Tests;

/// <summary>Run by itself this assembly is the process that durability tests kill.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => args is [ClockVictim.Name, .. var rest] ? ClockVictim.Run(rest) : Victim.Run(args);
}
