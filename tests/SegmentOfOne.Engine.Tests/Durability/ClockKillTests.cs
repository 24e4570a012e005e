using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;
using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests.Durability;

public sealed class ClockKillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Killed_again_and_again_while_time_passes_ten_thousand_customers_take_every_step_at_its_time_and_once()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var (reached, kills) = (ClockVictim.Begins, 0);
        while (reached <= ClockVictim.Ends)
        {
            var (now, killed) = await KillOne(folder, reached, steps: random.Next(1, 30), after: TimeSpan.FromMilliseconds(random.Next(60)));
            kills += killed ? 1 : 0;

            // What was under way when it was killed is asked again, as a caller that had no answer does.
            reached = now;
        }

        output.WriteLine($"killed {kills} times");
        kills.ShouldBeGreaterThan(10);
        var time = new StandingTime { Now = ClockVictim.Ends };
        await using var engine = await EmbeddedEngine.Open(ClockVictim.Options(folder.Path, time), default);
        await engine.WakeDue(default);
        var (steps, asked) = (0, 0);
        for (var customer = 0; customer < ClockVictim.Customers; customer++)
        {
            var story = await Histories.Check(engine, Requests.User($"c{customer}"));
            steps += WaitingShop.Check(story, ClockVictim.Ends, WaitingShop.Cart);
            asked += story.Count(turn => !turn.IsOfTime);
        }

        output.WriteLine($"{asked} turns that were asked for, {steps} steps by time");
        asked.ShouldBe(3 * ClockVictim.Customers);
        steps.ShouldBeGreaterThan(3 * ClockVictim.Customers);
    }

    /// <summary>Lets one go on for so many steps of its clock and a moment more, then kills it.</summary>
    /// <returns>The step that is to be done next, and whether it was killed before it had come to the end.</returns>
    private static async Task<(Instant Reached, bool Killed)> KillOne(TemporaryFolder folder, Instant from, int steps, TimeSpan after)
    {
        using var victim = Process.Start(new ProcessStartInfo(
            "dotnet",
            ["exec", typeof(ClockVictim).Assembly.Location, ClockVictim.Name, folder.Path, from.UnixMilliseconds.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        (await victim.StandardOutput.ReadLineAsync()).ShouldBe("ready");
        var reached = from;
        for (var step = 0; step < steps && reached <= ClockVictim.Ends; step++)
        {
            await victim.StandardInput.WriteLineAsync("step");
            reached = Next((await victim.StandardOutput.ReadLineAsync()).ShouldNotBeNull());
        }

        // Killed within the next one, unless it has come to the end.
        if (reached <= ClockVictim.Ends)
        {
            await victim.StandardInput.WriteLineAsync("step");
            await Task.Delay(after);
            victim.Kill();
        }

        await victim.WaitForExitAsync();
        while (await victim.StandardOutput.ReadLineAsync() is { Length: > 0 } line && long.TryParse(line, CultureInfo.InvariantCulture, out _))
        {
            reached = Next(line);
        }

        return (reached, victim.ExitCode != 0);
    }

    private static Instant Next(string line) =>
        new Instant(long.Parse(line, CultureInfo.InvariantCulture)) + ClockVictim.Step;
}
