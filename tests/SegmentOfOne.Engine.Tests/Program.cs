using SegmentOfOne.Engine.Tests.Durability;
using SegmentOfOne.Engine.Tests.Erasures;
using SegmentOfOne.Engine.Tests.Identities;

namespace SegmentOfOne.Engine.Tests;

/// <summary>Run by itself this assembly is the process that durability tests kill.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => args switch
    {
        [ClockVictim.Name, .. var rest] => ClockVictim.Run(rest),
        [ErasureVictim.Verb, ..] => ErasureVictim.Run(args),
        [IdentityVictim.Verb, ..] => IdentityVictim.Run(args),
        _ => Victim.Run(args),
    };
}
