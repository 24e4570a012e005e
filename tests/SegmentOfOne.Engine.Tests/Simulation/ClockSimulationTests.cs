using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests.Simulation;

public sealed class ClockSimulationTests(ITestOutputHelper output)
{
    private const int Worlds = 100;
    private const int Steps = 250;

    /// <summary>A failure names its seed: put it into <c>first</c> to see it alone.</summary>
    [Fact]
    public void Whatever_fails_and_however_late_every_step_is_taken_once_as_of_its_exact_due_time()
    {
        const int First = 1;
        var (faults, crashes, steps) = (0, 0, 0);
        for (var seed = First; seed < First + Worlds; seed++)
        {
            try
            {
                using var world = new ClockWorld(seed);
                world.Run(Steps);
                faults += world.Faults;
                crashes += world.Crashes;
                steps += world.Steps;
            }
            catch (Exception)
            {
                output.WriteLine($"seed {seed}");
                throw;
            }
        }

        output.WriteLine($"{Worlds} worlds, {faults} failed commits, {crashes} crashes, {steps} steps");
        faults.ShouldBeGreaterThan(Worlds / 10);
        crashes.ShouldBeGreaterThan(Worlds);
        steps.ShouldBeGreaterThan(Worlds * 10);
    }
}
