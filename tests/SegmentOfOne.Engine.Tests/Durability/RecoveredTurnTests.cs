using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Durability;

/// <summary>What a crash left in the journal stays as it was encrypted until somebody asks for it.</summary>
public sealed class RecoveredTurnTests
{
    [Fact]
    public async Task Turns_that_a_crash_left_in_the_journal_are_opened_when_they_are_asked_for()
    {
        using var host = new SteppedEngine();
        foreach (var customer in new[] { "seen", "told", "saved" })
        {
            for (var i = 1; i <= 3; i++)
            {
                await host.Turn(Requests.Interaction(customer, $"{i}"));
            }
        }

        host.Crash();
        Sealed(host).ShouldBe(9);
        (await host.Engine.Get(Requests.User("seen"), null, default)).ShouldNotBeNull().State.Version.ShouldBe(3);
        (await host.Engine.Turns(Requests.User("told"), newestFirst: false, null, 10, default)).ShouldNotBeNull().Turns.Length.ShouldBe(3);
        (await host.Turn(Requests.Interaction("seen", "4"))).Reply.Version.ShouldBe(4);
        (await host.Turn(Requests.Interaction("seen", "2"))).Duplicate.ShouldBeTrue();
        host.Save();
        host.Engine.Home.Journal.UnsavedTurns.ShouldBe(0);
        foreach (var (customer, turns) in new[] { ("seen", 4), ("told", 3), ("saved", 3) })
        {
            (await Histories.Check(host.Engine, Requests.User(customer))).Count.ShouldBe(turns);
        }
    }

    [Fact]
    public async Task What_the_journal_still_has_of_an_erased_customer_is_let_go_unread()
    {
        using var host = new SteppedEngine();
        var turns = new[] { "gone", "other" }.Select(customer => host.Engine.Turn(Requests.Interaction(customer, "1"), default).AsTask()).ToArray();
        await host.Commit(Task.WhenAll(turns));
        await host.Commit(host.Engine.Erase(Requests.User("gone"), ErasureReason.Request, "ida", default).AsTask());
        host.Crash();

        // One batch holds both, and the other one's turn is in no store yet.
        Sealed(host).ShouldBe(2);
        (await host.Engine.Get(Requests.User("gone"), null, default)).ShouldBeNull();
        (await host.Engine.Turns(Requests.User("gone"), newestFirst: false, null, 10, default)).ShouldBeNull();
        host.Save();
        (host.Engine.Home.Journal.UnsavedTurns, host.Engine.Home.Residents.Slabs.UsedBytes).ShouldBe((0, 0));
        (await host.Engine.Get(Requests.User("other"), null, default)).ShouldNotBeNull().State.Version.ShouldBe(1);
        (await host.Engine.Get(Requests.User("gone"), null, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_customer_whose_key_the_vault_has_lost_is_set_aside_and_gets_no_other_key()
    {
        using var host = new SteppedEngine();
        var turns = new[] { "kept", "lost" }.Select(customer => host.Engine.Turn(Requests.Interaction(customer, "1"), default).AsTask()).ToArray();
        await host.Commit(Task.WhenAll(turns));
        var lost = (await turns[1]).ShouldBeOfType<TurnAnswer.Answered>().Reply.Key;
        var vault = Path.Combine(Path.GetDirectoryName(host.StoreFile) + ".vault", "vault.db");
        host.Crash(() =>
        {
            using var connection = Database.OpenWriter(vault);
            Database.Execute(connection, $"DELETE FROM secret WHERE customer = x'{lost}'");
        });
        host.Save();
        host.Engine.Home.Journal.UnsavedTurns.ShouldBe(1);
        host.Engine.Home.Keyring!.Find(lost).ShouldBe(default);
        await Should.ThrowAsync<CustomerDamagedException>(async () => await host.Engine.Get(Requests.User("lost"), null, default));
        (await host.Engine.Get(Requests.User("kept"), null, default)).ShouldNotBeNull().State.Version.ShouldBe(1);
    }

    /// <summary>Turns in memory that are as the journal has them.</summary>
    private static int Sealed(SteppedEngine host)
    {
        var residents = host.Engine.Home.Residents;
        var count = 0;
        for (var number = 0; number < ResidentIndex.ShardCount; number++)
        {
            var shard = residents.Shard(number);
            for (var place = 0; place < shard.Capacity; place++)
            {
                ref var resident = ref shard.At(place);
                for (var slot = resident.Tail == 0 ? 0 : residents.Earliest(resident); slot != 0; slot = slot == resident.Tail ? 0 : residents.Turn(slot).Next)
                {
                    count += residents.Turn(slot).IsSealed ? 1 : 0;
                }
            }
        }

        return count;
    }
}
