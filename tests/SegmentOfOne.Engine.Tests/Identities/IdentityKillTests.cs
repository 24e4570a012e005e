using System.Diagnostics;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Identities;

/// <summary>A process killed at each step of a merge, or of its undoing, leaves it finished or not begun, never half, whichever side is touched first.</summary>
public sealed class IdentityKillTests
{
    private static readonly Identifier Device = SignInShop.Device(1), Ada = Requests.User("ada");

    [Theory]
    [InlineData(nameof(IdentityStep.Give), true)]
    [InlineData(nameof(IdentityStep.Give), false)]
    [InlineData(nameof(IdentityStep.Take), true)]
    [InlineData(nameof(IdentityStep.Take), false)]
    public async Task A_merge_that_was_cut_off_is_finished_when_either_is_touched(string step, bool partFirst)
    {
        using var folder = new TemporaryFolder();
        await Fill(folder, andMerge: false);
        await Kill(folder, "merge", step);
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path, Playbook = SignInShop.Source }, default);
        foreach (var who in partFirst ? new[] { Device, Ada } : [Ada, Device])
        {
            var told = await engine.Turn(SignInShop.Request(who, "after", "page_viewed"), default);
            told.ShouldBeOfType<TurnAnswer.Answered>().Duplicate.ShouldBeFalse();
        }

        var one = (await engine.Get(Ada, null, default)).ShouldNotBeNull();
        (await engine.Get(Device, null, default)).ShouldNotBeNull().Key.ShouldBe(one.Key);
        one.State.Activity.Interactions.Count.ShouldBe(12);
        one.State.Identity.Parts.Length.ShouldBe(1);
        await Histories.ShouldReplay(engine, Ada, Device);
        await Balances.Check(engine, Ada, Device);
    }

    [Theory]
    [InlineData(nameof(IdentityStep.GiveUp), true)]
    [InlineData(nameof(IdentityStep.GiveUp), false)]
    [InlineData(nameof(IdentityStep.Restore), true)]
    [InlineData(nameof(IdentityStep.Restore), false)]
    public async Task A_parting_that_was_cut_off_is_finished_when_the_part_is_touched(string step, bool partFirst)
    {
        using var folder = new TemporaryFolder();
        await Fill(folder, andMerge: true);
        await Kill(folder, "unmerge", step);
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path, Playbook = SignInShop.Source }, default);
        foreach (var who in partFirst ? new[] { Device, Ada } : [Ada, Device])
        {
            var told = await engine.Turn(SignInShop.Request(who, "after", "page_viewed"), default);
            told.ShouldBeOfType<TurnAnswer.Answered>().Duplicate.ShouldBeFalse();
        }

        var (one, other) = ((await engine.Get(Ada, null, default)).ShouldNotBeNull(), (await engine.Get(Device, null, default)).ShouldNotBeNull());
        (one.State.Activity.Interactions.Count, other.State.Activity.Interactions.Count).ShouldBe((6, 8));
        (one.State.Identity.Parts.Length, other.State.Identity.Redirect).ShouldBe((0, null));
        (await engine.Names.Unmerge(Device, default)).ShouldBe(new UnmergeAnswer.Refused(UnmergeRefusal.NotMerged, null));
        await Histories.ShouldReplay(engine, Ada, Device);
        await Balances.Check(engine, Ada, Device);
    }

    /// <summary>Nobody touches either: the side that went first makes sure of the other by itself.</summary>
    [Theory]
    [InlineData("merge", nameof(IdentityStep.Give))]
    [InlineData("merge", nameof(IdentityStep.Take))]
    [InlineData("unmerge", nameof(IdentityStep.GiveUp))]
    [InlineData("unmerge", nameof(IdentityStep.Restore))]
    public async Task What_was_cut_off_is_finished_by_itself_a_minute_later(string verb, string step)
    {
        using var folder = new TemporaryFolder();
        await Fill(folder, andMerge: verb == "unmerge");
        await Kill(folder, verb, step);
        var time = new LaterTime();
        await using var engine = await EmbeddedEngine.Open(
            new EngineOptions { DataFolder = folder.Path, Playbook = SignInShop.Source, Time = time, WakesByHand = true }, default);
        await engine.WakeDue(default);
        var (ada, device) = (engine.Home.Customer(engine.KeyOf(Ada)!.Value), engine.Home.Customer(engine.KeyOf(Device)!.Value));
        var (whole, part) = ((await ada.Own(default)).ShouldNotBeNull(), (await device.Own(default)).ShouldNotBeNull());
        whole.Identity.GivenUp.ToArray().ShouldAllBe(given => given.IsSettled);
        if (verb == "merge")
        {
            part.Identity.Redirect.ShouldNotBeNull().IsSettled.ShouldBeTrue();
            whole.Identity.PartOf(device.Key).ShouldNotBeNull();
        }
        else
        {
            part.Identity.Redirect.ShouldBeNull();
            whole.Identity.PartOf(device.Key).ShouldBeNull();
        }
    }

    private static async Task Fill(TemporaryFolder folder, bool andMerge)
    {
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path, Playbook = SignInShop.Source }, default);
        for (var turn = 0; turn < 5; turn++)
        {
            await MergeTests.Told(engine, Ada, "product_viewed", $"{turn}", ("product_id", $"p{turn}"));
            await MergeTests.Told(engine, Device, "product_added", $"{turn}", ("product_id", $"p{turn}"));
        }

        if (andMerge)
        {
            await MergeTests.Told(engine, Device, "signed_in", "sign-in", ("user_id", "ada"));
            await MergeTests.Told(engine, Device, "liked", "6");
        }
    }

    private static async Task Kill(TemporaryFolder folder, string verb, string step)
    {
        using var victim = Process.Start("dotnet", ["exec", typeof(IdentityVictim).Assembly.Location, IdentityVictim.Verb, folder.Path, verb, step]);
        await victim.WaitForExitAsync();
        victim.ExitCode.ShouldNotBe(0);
    }

    /// <summary>An hour later than it is, so that what waits for a minute is due.</summary>
    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
    }
}
