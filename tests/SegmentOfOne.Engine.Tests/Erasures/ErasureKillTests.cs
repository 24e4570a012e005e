using System.Diagnostics;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Erasures;

/// <summary>A process killed at each step of an erasure leaves it finished or not begun, never half.</summary>
public sealed class ErasureKillTests
{
    [Theory]
    [InlineData(nameof(ErasureStep.Saved), false)]
    [InlineData(nameof(ErasureStep.Begun), true)]
    [InlineData(nameof(ErasureStep.Deleted), true)]
    [InlineData(nameof(ErasureStep.Noted), true)]
    [InlineData(nameof(ErasureStep.Finished), true)]
    public async Task Killed_at_a_step_it_is_finished_or_not_begun(string step, bool isErased)
    {
        using var folder = new TemporaryFolder();
        await using (var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path }, default))
        {
            for (var turn = 0; turn < 200; turn++)
            {
                await engine.Turn(Requests.Interaction(ErasureVictim.Customer, $"{turn}"), default);
            }
        }

        using var victim = Process.Start("dotnet", ["exec", typeof(ErasureVictim).Assembly.Location, ErasureVictim.Verb, folder.Path, step]);
        await victim.WaitForExitAsync();
        victim.ExitCode.ShouldNotBe(0);

        await using var after = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path }, default);
        var customer = Requests.User(ErasureVictim.Customer);
        if (!isErased)
        {
            (await Histories.Check(after, customer)).Count.ShouldBe(205);
            (await after.Erase(customer, ErasureReason.Request, "ida", default)).ShouldNotBeNull();
        }

        // Before anything is finished it is as if all were.
        await ErasureTests.ShouldBeGone(after, customer);
        await after.Home.Eraser.FinishAll();
        var erasure = (await after.ErasureOf(customer, default)).ShouldNotBeNull();
        erasure.FinishedAt.ShouldNotBeNull();
        erasure.Certificate.ShouldNotBeNull();
        await ErasureTests.ShouldBeGone(after, customer);
        await after.Drain(default);
        var overview = await after.Overview(default);
        (overview.Customers, overview.Turns, overview.Process.UnsavedTurns).ShouldBe((1, 205, 0));
        overview.Stages.Single(stage => stage.Stage == Domain.Stage.Erased).Occupancy.ShouldBe(1);
        var audit = await after.Playbooks.Drafts.CheckAudit(default);
        audit.Problem.ShouldBeNull();
        (await after.Playbooks.Drafts.Audit(0, 100, default)).Count(entry => entry.Step == AuditStep.Erased).ShouldBe(1);
    }
}
