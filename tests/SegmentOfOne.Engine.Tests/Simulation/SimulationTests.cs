using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Worlds = 200;

    /// <summary>Of every tenth world; the others take a tenth of it.</summary>
    private const int MostSteps = 3_000;

    /// <summary>Invariants 1 to 5 of the design, in one world a seed. A failure names its seed: put it into <c>first</c> to see it alone.</summary>
    [Fact]
    public void Whatever_fails_acknowledged_turns_are_there_once_in_order_and_replay_to_the_live_state()
    {
        const int First = 1;
        for (var seed = First; seed < First + Worlds; seed++)
        {
            try
            {
                using var world = new World(seed);
                world.Run(seed % 10 == 0 ? MostSteps : MostSteps / 10);
            }
            catch (Exception)
            {
                output.WriteLine($"seed {seed}");
                throw;
            }
        }
    }
}
