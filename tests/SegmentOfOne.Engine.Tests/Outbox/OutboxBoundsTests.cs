using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Outbox;

/// <summary>What happens at the bounds, and without an address.</summary>
public sealed class OutboxBoundsTests
{
    [Fact]
    public async Task Without_an_address_messages_wait_and_are_seen_and_go_when_there_is_one()
    {
        using var shop = new SteppedOutbox(withAddresses: false);
        var id = await shop.Leave(MessageShop.ForGood);
        await shop.Deliver();
        var figures = await shop.Figures(MessageShop.Good);
        (figures.HasAddress, figures.Waiting, figures.OldestWaiting).ShouldBe((false, 1, shop.Host.Time.Now));
        shop.Clock.Advance(TimeSpan.FromDays(10));
        await shop.Deliver();

        // Longer ago than messages are given up: it is tried all the same.
        shop.GiveAddresses();
        await shop.Deliver();
        shop.Good.All.ShouldHaveSingleItem().Id.ShouldBe(id.ToString());
    }

    [Fact]
    public async Task Without_an_address_for_thirty_days_they_die()
    {
        using var shop = new SteppedOutbox(withAddresses: false);
        var id = await shop.Leave(MessageShop.ForGood);
        shop.Clock.Advance(TimeSpan.FromDays(29));
        await shop.Deliver();
        (await shop.Row(id)).Status.ShouldBe(MessageStatus.Waiting);
        shop.Clock.Advance(TimeSpan.FromDays(2));
        await shop.Deliver();
        var row = await shop.Row(id);
        (row.Status, row.Failure).ShouldBe((MessageStatus.Dead, "no_address"));
    }

    [Fact]
    public async Task Too_many_that_wait_let_the_first_die_and_too_many_dead_let_the_first_go_each_counted()
    {
        using var shop = new SteppedOutbox(withAddresses: false, options => options with { MaxWaiting = 10, MaxDead = 4 });
        var left = new List<MessageId>();
        for (var i = 0; i < 20; i++)
        {
            left.Add(await shop.Leave(MessageShop.ForGood, $"c{i}"));
            shop.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        shop.Clock.Advance(TimeSpan.FromMinutes(2));
        await shop.Deliver();
        shop.Clock.Advance(TimeSpan.FromMinutes(2));
        await shop.Deliver();
        var figures = await shop.Figures(MessageShop.Good);
        (figures.Waiting, figures.Dead, figures.Discarded).ShouldBe((10, 4, 6));
        var page = await shop.Outbox.List(new OutboxQuery { Status = MessageStatus.Waiting }, default);
        page.Messages.Select(row => row.Id).Reverse().ShouldBe(left[10..]);
        page = await shop.Outbox.List(new OutboxQuery { Status = MessageStatus.Dead }, default);
        page.Messages.Select(row => row.Id).Reverse().ShouldBe(left[6..10]);
        page.Messages.ShouldAllBe(row => row.Failure == "outbox_full");
    }

    [Fact]
    public async Task A_body_that_cant_be_made_holds_up_no_other_and_is_made_later()
    {
        var broken = true;
        using var shop = new SteppedOutbox(change: options => options with
        {
            MakeBody = (message, playbooks, ct) => broken && message.Left.Run == 1 ? throw new InvalidDataException("no") : options.MakeBody(message, playbooks, ct),
        });
        var first = await shop.Leave(MessageShop.ForGood);
        var second = await shop.Leave(MessageShop.ForGood);
        await shop.Deliver();
        shop.Good.All.ShouldHaveSingleItem().Id.ShouldBe(second.ToString());
        (await shop.Row(first)).Failure.ShouldBe("body");
        broken = false;
        shop.Clock.Advance(TimeSpan.FromSeconds(1));
        await shop.Deliver();
        shop.Good.All.Select(got => got.Id).ShouldBe([second.ToString(), first.ToString()]);
    }
}
