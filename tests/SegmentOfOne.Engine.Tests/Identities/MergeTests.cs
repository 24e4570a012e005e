using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Tests.Erasures;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Identities;

/// <summary>Anonymous becomes known, two become one, and are two again.</summary>
public sealed class MergeTests
{
    private static readonly Identifier Device = SignInShop.Device(1), Ada = Requests.User("ada");

    [Fact]
    public async Task Who_signs_in_is_known_by_both_names_and_answered_as_one_in_the_same_turn()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(SignInShop.Options(folder), default);
        await Told(engine, Ada, "order_completed", "o1", ("total", 20));
        for (var item = 0; item < 3; item++)
        {
            await Told(engine, Device, "product_viewed", $"v{item}", ("product_id", $"p{item}"));
        }

        var reply = (await engine.Turn(SignInShop.SignIn(Device, "s", "ada"), default)).ShouldBeOfType<TurnAnswer.Answered>().Reply;
        var one = (await engine.Get(Device, null, default)).ShouldNotBeNull();
        var other = (await engine.Get(Ada, null, default)).ShouldNotBeNull();
        (one.Key, one.State.Version).ShouldBe((other.Key, other.State.Version));
        (reply.Key, reply.Version).ShouldBe((one.Key, one.State.Version));
        one.State.Identity.Identifiers.ToArray().ShouldBe([Ada, Device]);
        (one.State.Orders, one.State.Activity.Interactions.Count, one.State.Stage).ShouldBe((1, 5, Stage.Purchase));

        // Told again, it is the first reply; what the device had told before is known, too.
        (await engine.Turn(SignInShop.SignIn(Device, "s", "ada"), default)).ShouldBe(new TurnAnswer.Answered(reply, Duplicate: true));
        (await engine.Turn(SignInShop.Request(Device, "v0", "product_viewed"), default)).ShouldBeOfType<TurnAnswer.Answered>().Duplicate.ShouldBeTrue();
        (await engine.Get(Ada, null, default)).ShouldNotBeNull().State.Activity.Interactions.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_name_that_nobody_had_is_one_of_the_customer_from_then_on()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(SignInShop.Options(folder), default);
        await Told(engine, Device, "page_viewed", "1");
        await Told(engine, Device, "signed_up", "2", ("user_id", "ada"));
        await Told(engine, Ada, "email_confirmed", "3", ("email", "ada@example.org"));
        var view = (await engine.Get(new Identifier("email", "ada@example.org"), null, default)).ShouldNotBeNull();
        view.State.Identity.Identifiers.ToArray().ShouldBe([Ada, Device, new Identifier("email", "ada@example.org")], ignoreOrder: true);
        view.Key.ShouldBe(engine.KeyOf(Ada).ShouldNotBeNull());
        view.State.Activity.Interactions.Count.ShouldBe(3);
        view.State.FirstSeen.ShouldBe(view.State.Journey.Began);
    }

    [Fact]
    public async Task Known_customers_become_one_by_a_name_that_only_one_can_have_and_by_no_other()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(SignInShop.Options(folder), default);
        var (mail, card, shared) = (new Identifier("email", "x@example.org"), new Identifier("loyalty_id", "L1"), SignInShop.Device(9));
        await Told(engine, mail, "page_viewed", "1");
        await Told(engine, card, "page_viewed", "1");
        await Told(engine, card, "email_confirmed", "2", ("email", mail.Value));
        (await engine.Get(mail, null, default)).ShouldNotBeNull().Key.ShouldBe(engine.KeyOf(card).ShouldNotBeNull());

        // A device says nothing of who uses it, and a person has one user_id.
        await Told(engine, Requests.User("bo"), "identified", "1", ("anonymous_id", shared.Value));
        await Told(engine, Ada, "identified", "1", ("anonymous_id", shared.Value));
        await Told(engine, shared, "signed_in", "2", ("user_id", "ada"));
        await Told(engine, shared, "signed_in", "3", ("user_id", "null"));
        await Told(engine, new Identifier("loyalty_id", "L2"), "page_viewed", "1");
        await Told(engine, new Identifier("loyalty_id", "L2"), "identified", "2", ("anonymous_id", shared.Value));
        var (ada, bo) = ((await engine.Get(Ada, null, default)).ShouldNotBeNull(), (await engine.Get(Requests.User("bo"), null, default)).ShouldNotBeNull());
        ada.Key.ShouldNotBe(bo.Key);
        (await engine.Get(shared, null, default)).ShouldNotBeNull().Key.ShouldBe(bo.Key);
        await engine.Drain(default);
        var overview = await engine.Overview(default);
        overview.ClaimsRefused.ToDictionary(refused => refused.Reason, refused => refused.Count)
            .ShouldBe(new Dictionary<ClaimRefusal, long> { [ClaimRefusal.Taken] = 1, [ClaimRefusal.Limit] = 2, [ClaimRefusal.Blocked] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_refused_request_brings_nobody_together()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(SignInShop.Options(folder), default);
        await Told(engine, Device, "page_viewed", "1");
        var bad = SignInShop.SignIn(Device, "2", "ada") with { Placements = ["no_such_place"] };
        (await engine.Turn(bad, default)).ShouldBeOfType<TurnAnswer.Refused>();
        (await engine.Get(Ada, null, default)).ShouldBeNull();
        (await engine.Get(Device, null, default)).ShouldNotBeNull().State.Version.ShouldBe(1);
    }

    [Fact]
    public async Task At_a_persons_wish_two_become_one_and_two_again_each_as_it_was_in_every_field()
    {
        using var folder = new TemporaryFolder();
        var time = new ManualTime();
        await using var engine = await EmbeddedEngine.Open(SignInShop.Options(folder, time), default);
        foreach (var who in new[] { Ada, Requests.User("bo"), Device })
        {
            for (var turn = 0; turn < 20; turn++)
            {
                time.Advance(TimeSpan.FromHours(3));
                await engine.WakeDue(default);
                await Told(engine, who, new[] { "product_viewed", "order_completed", "complaint_made", "consent_given", "product_added" }[turn % 5], $"{turn}",
                    ("product_id", $"p{turn}"), ("total", 9.5), ("channel", "email"));
            }
        }

        var before = await Plains(engine, Ada, Device);
        (await engine.Names.Merge(Ada, Requests.User("bo"), default)).ShouldBe(new MergeAnswer.Refused(ClaimRefusal.Limit));
        (await engine.Names.Merge(Ada, Requests.User("nobody"), default)).ShouldBe(new MergeAnswer.NoSuchCustomer(Requests.User("nobody")));
        var merged = (await engine.Names.Merge(Device, Ada, default)).ShouldBeOfType<MergeAnswer.Merged>();
        (await engine.Names.Merge(Device, Ada, default)).ShouldBe(merged with { AlreadyOne = true });
        (await engine.Get(Device, null, default)).ShouldNotBeNull().State.Activity.Interactions.Count.ShouldBe(40);
        (await engine.Names.Unmerge(Ada, default)).ShouldBe(new UnmergeAnswer.Refused(UnmergeRefusal.NotMerged, null));
        (await engine.Names.Unmerge(Device, default)).ShouldBeOfType<UnmergeAnswer.Parted>();
        (await Plains(engine, Ada, Device)).ShouldBe(before);
        (await engine.Names.Unmerge(Requests.User("nobody"), default)).ShouldBeOfType<UnmergeAnswer.NoSuchCustomer>();

        // Merged and parted again, and again.
        for (var round = 0; round < 3; round++)
        {
            (await engine.Names.Merge(Ada, Device, default)).ShouldBeOfType<MergeAnswer.Merged>();
            (await engine.Names.Unmerge(Device, default)).ShouldBeOfType<UnmergeAnswer.Parted>();
            (await Plains(engine, Ada, Device)).ShouldBe(before);
        }

        await Histories.ShouldReplay(engine, Ada, Device);
    }

    [Fact]
    public async Task What_was_answered_while_they_were_one_is_answered_alike_when_they_are_two()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(SignInShop.Options(folder), default);
        await Told(engine, Ada, "page_viewed", "1");
        await Told(engine, Device, "page_viewed", "1");
        await Told(engine, Device, "signed_in", "2", ("user_id", "ada"));
        var replies = new List<TurnReply>();
        for (var turn = 0; turn < 100; turn++)
        {
            replies.Add((await engine.Turn(SignInShop.Request(Device, $"t{turn}", "product_viewed"), default)).ShouldBeOfType<TurnAnswer.Answered>().Reply);
        }

        (await engine.Names.Unmerge(Device, default)).ShouldBeOfType<UnmergeAnswer.Parted>();
        for (var turn = 0; turn < 100; turn++)
        {
            (await engine.Turn(SignInShop.Request(Device, $"t{turn}", "product_viewed"), default)).ShouldBe(new TurnAnswer.Answered(replies[turn], Duplicate: true));
        }

        (await engine.Get(Device, null, default)).ShouldNotBeNull().State.Activity.Interactions.Count.ShouldBe(102);
        (await engine.Get(Ada, null, default)).ShouldNotBeNull().State.Activity.Interactions.Count.ShouldBe(1);
    }

    /// <summary>More leave the recent ones by one turn then than that turn has room to say.</summary>
    [Fact]
    public async Task What_was_answered_while_they_were_one_is_known_when_they_are_two_also_after_a_restart()
    {
        const int Turns = 200;
        using var folder = new TemporaryFolder();
        await using (var engine = await EmbeddedEngine.Open(SignInShop.Options(folder), default))
        {
            await Told(engine, Ada, "page_viewed", "1");
            await Told(engine, Device, "page_viewed", "1");
            await Told(engine, Device, "signed_in", "2", ("user_id", "ada"));
            for (var turn = 0; turn < Turns; turn++)
            {
                await Told(engine, Device, "product_viewed", $"t{turn}");
            }

            (await engine.Names.Unmerge(Device, default)).ShouldBeOfType<UnmergeAnswer.Parted>();
            await engine.Drain(default);

            // Nothing is noted for long that the store has.
            for (var shard = 0; shard < ResidentIndex.ShardCount; shard++)
            {
                engine.Home.Residents.Shard(shard).LeftIds.ShouldBeEmpty();
            }
        }

        await using var again = await EmbeddedEngine.Open(SignInShop.Options(folder), default);
        for (var turn = 0; turn < Turns; turn++)
        {
            (await again.Turn(SignInShop.Request(Device, $"t{turn}", "product_viewed"), default)).ShouldBeOfType<TurnAnswer.Answered>().Duplicate.ShouldBeTrue($"t{turn}");
        }
    }

    [Fact]
    public async Task Touches_of_both_count_against_the_caps_of_the_one_and_their_channels_can_report_of_both()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path, Playbook = CappedShop.Source }, default);
        var (ada, device) = (Requests.User("ada"), SignInShop.Device(1));
        var receipts = new List<string>();
        foreach (var who in new[] { ada, device })
        {
            var asked = SignInShop.Request(who, "1", "page_viewed") with { Placements = [CappedShop.Placements[0]] };
            var reply = (await engine.Turn(asked, default)).ShouldBeOfType<TurnAnswer.Answered>().Reply;
            reply.Decisions.Single().Action.ShouldNotBeNull();
            receipts.Add(reply.Decisions.Single().ReceiptId.ToString());
        }

        await engine.Names.Merge(ada, device, default);
        var one = (await engine.Get(ada, null, default)).ShouldNotBeNull();
        one.State.Contact.Touches.Length.ShouldBe(2);
        foreach (var receipt in receipts)
        {
            await engine.Turn(SignInShop.Request(device, $"r{receipt}", "delivered", null, ("receipt_id", receipt)), default);
        }

        one = (await engine.Get(ada, null, default)).ShouldNotBeNull();
        one.State.Contact.Touches.ToArray().ShouldAllBe(touch => touch.IsDelivered);
        var next = SignInShop.Request(ada, "2", "page_viewed") with { Placements = [CappedShop.Placements[0]] };
        (await engine.Turn(next, default)).ShouldBeOfType<TurnAnswer.Answered>().Reply.Decisions.Single().Action.ShouldNotBeNull();
        var full = SignInShop.Request(device, "3", "page_viewed") with { Placements = [CappedShop.Placements[0]] };
        (await engine.Turn(full, default)).ShouldBeOfType<TurnAnswer.Answered>().Reply.Decisions.Single().Action.ShouldBeNull();
    }

    /// <summary>What was shown was shown: parted, it counts against the caps of whoever asked, and its channel can still report of it.</summary>
    [Fact]
    public async Task What_was_shown_while_they_were_one_counts_for_whoever_asked_when_they_are_two()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path, Playbook = CappedShop.Source }, default);
        await Told(engine, Ada, "page_viewed", "1");
        await Told(engine, Device, "page_viewed", "1");
        await engine.Names.Merge(Ada, Device, default);
        var shown = new List<(Identifier Who, string Receipt)>();
        foreach (var (who, turn) in new[] { Device, Ada, Device, Ada }.Select((who, turn) => (who, turn)))
        {
            var asked = SignInShop.Request(who, $"ask{turn}", "page_viewed") with { Placements = [CappedShop.Placements[0]] };
            var decision = (await engine.Turn(asked, default)).ShouldBeOfType<TurnAnswer.Answered>().Reply.Decisions.Single();
            (decision.Action is null).ShouldBe(turn >= CappedShop.Limit);
            if (decision.Action is not null)
            {
                shown.Add((who, decision.ReceiptId.ToString()));
            }
        }

        (await engine.Names.Unmerge(Device, default)).ShouldBeOfType<UnmergeAnswer.Parted>();
        foreach (var (who, receipt) in shown)
        {
            await Told(engine, who, "delivered", $"report {receipt}", ("receipt_id", receipt));
        }

        // Two of the three were the device's: it may be shown one more, and the other two.
        foreach (var (who, had) in new[] { (Device, 2), (Ada, 1) })
        {
            var touches = (await engine.Get(who, null, default)).ShouldNotBeNull().State.Contact.Touches.ToArray();
            touches.Length.ShouldBe(had);
            touches.ShouldAllBe(touch => touch.IsDelivered);
            for (var more = had; more <= CappedShop.Limit; more++)
            {
                var asked = SignInShop.Request(who, $"more{more}", "page_viewed") with { Placements = [CappedShop.Placements[0]] };
                var decision = (await engine.Turn(asked, default)).ShouldBeOfType<TurnAnswer.Answered>().Reply.Decisions.Single();
                (decision.Action is null).ShouldBe(more == CappedShop.Limit, $"{who} {more}");
            }
        }
    }

    [Fact]
    public async Task Erased_the_one_is_gone_with_all_that_was_part_of_it()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(SignInShop.Options(folder), default);
        await Told(engine, Ada, "page_viewed", "1");
        await Told(engine, Device, "page_viewed", "1");
        await Told(engine, Device, "signed_in", "2", ("user_id", "ada"));
        (await engine.Erase(Device, ErasureReason.Request, "ida", default)).ShouldNotBeNull();
        foreach (var name in new[] { Ada, Device })
        {
            await ErasureTests.ShouldBeGone(engine, name);
            (await engine.ErasureOf(name, default)).ShouldNotBeNull();
        }

        await Told(engine, SignInShop.Device(2), "page_viewed", "1");
        await Told(engine, SignInShop.Device(2), "signed_in", "2", ("user_id", "ada"));
        await ErasureTests.ShouldBeGone(engine, Ada);
        (await engine.Get(SignInShop.Device(2), null, default)).ShouldNotBeNull().State.Activity.Interactions.Count.ShouldBe(2);
    }

    internal static async Task Told(EmbeddedEngine engine, Identifier who, string type, string id, params (string Name, PropertyValue Value)[] properties) =>
        (await engine.Turn(SignInShop.Request(who, id, type, null, properties), default)).ShouldBeOfType<TurnAnswer.Answered>().Duplicate.ShouldBeFalse();

    private static async Task<string[]> Plains(EmbeddedEngine engine, params Identifier[] who)
    {
        var texts = new List<string>();
        foreach (var one in who)
        {
            texts.Add(Plain.Text((await engine.Get(one, null, default)).ShouldNotBeNull().State));
        }

        return [.. texts];
    }
}
