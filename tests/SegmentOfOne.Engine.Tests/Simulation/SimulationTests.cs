using SegmentOfOne.Engine.Tests.Hosting;
using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Worlds = 200;

    private const int Steps = 150;

    /// <summary>Every so many worlds one goes on for long: beyond the recent ids, and beyond several anchors.</summary>
    private const int LongEvery = 40;
    private const int LongSteps = 2_500;

    /// <summary>Invariants 1 to 5 and 7 of the design, in one world a seed. A failure names its seed: put it into <c>first</c> to see it alone.</summary>
    [Fact]
    public void Whatever_fails_acknowledged_turns_are_there_once_in_order_and_replay_to_the_live_state()
    {
        const int First = 1;
        var (faults, crashes, reserved) = (0, 0, 0);
        for (var seed = First; seed < First + Worlds; seed++)
        {
            try
            {
                using var world = new World(seed);
                world.Run(seed % LongEvery == 0 ? LongSteps : Steps);
                faults += world.Faults;
                crashes += world.Crashes;
                reserved += world.Reserved;
            }
            catch (Exception)
            {
                output.WriteLine($"seed {seed}");
                throw;
            }
        }

        output.WriteLine($"{Worlds} worlds, {faults} failed commits, {crashes} crashes, {reserved} touches");
        faults.ShouldBeGreaterThan(Worlds / 10);
        crashes.ShouldBeGreaterThan(Worlds / 10);
        reserved.ShouldBeGreaterThan(Worlds * CappedShop.Limit);
    }
}
