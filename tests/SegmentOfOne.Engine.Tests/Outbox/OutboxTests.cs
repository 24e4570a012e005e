using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Outbox;

/// <summary>What a real receiver gets of messages that left, step by step, by a clock that a test moves.</summary>
public sealed class OutboxTests : IDisposable
{
    private readonly SteppedOutbox _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_message_arrives_signed_under_its_id_and_is_gone_and_counted()
    {
        var id = await _shop.Leave(MessageShop.ForGood);
        await _shop.Deliver();
        var got = _shop.Good.All.ShouldHaveSingleItem();
        (got.Id, got.ContentType).ShouldBe((id.ToString(), "application/json"));
        got.Timestamp.ShouldBe($"{_shop.Clock.Now.UnixMilliseconds / 1000}");
        got.Signature.ShouldBe(WebhookReceiver.Sign(got.Id, got.Timestamp, got.Body, WebhookReceiver.Secret));
        got.Text.ShouldBe($$"""{"id":"{{id}}","step":"say","made":1}""");
        (await _shop.Outbox.List(new OutboxQuery(), default)).Messages.ShouldBeEmpty();
        var figures = await _shop.Figures(MessageShop.Good);
        (figures.Waiting, figures.Delivered, figures.Dead).ShouldBe((0, 1, 0));
        _shop.Clock.Advance(TimeSpan.FromDays(1));
        await _shop.Deliver();
        _shop.Good.Count.ShouldBe(1);
    }

    [Fact]
    public async Task While_a_secret_is_replaced_both_sign()
    {
        const string Other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        _shop.GiveAddresses(Other);
        await _shop.Leave(MessageShop.ForGood);
        await _shop.Deliver();
        var got = _shop.Good.All.ShouldHaveSingleItem();
        got.Signature.Split(' ').Length.ShouldBe(2);
        (got.IsSignedBy(WebhookReceiver.Secret), got.IsSignedBy(Other)).ShouldBe((true, true));
    }

    [Theory]
    [InlineData(500, "status_500")]
    [InlineData(302, "status_302")]
    [InlineData(404, "status_404")]
    [InlineData(WebhookReceiver.Drop, "connection_lost")]
    public async Task What_was_not_taken_comes_again_later_by_the_same_id_and_bytes(int answer, string failure)
    {
        _shop.Bad.Answer = _ => answer;
        var id = await _shop.Leave(MessageShop.ForBad);
        await _shop.Deliver();
        var row = await _shop.Row(id);
        (row.Status, row.Attempts, row.Failure, row.FailedAt).ShouldBe((MessageStatus.Waiting, 1, failure, _shop.Clock.Now));
        row.NextAt.ShouldBeInRange(_shop.Clock.Now, _shop.Clock.Now + TimeSpan.FromSeconds(1));
        _shop.Bad.Answer = _ => null;
        _shop.Clock.Advance(TimeSpan.FromSeconds(1));
        await _shop.Deliver();
        _shop.Bad.Count.ShouldBe(2);
        _shop.Bad.All.ShouldAllBe(got => got.Id == id.ToString() && got.IsSignedBy(WebhookReceiver.Secret) && got.Text == _shop.Bad.All[0].Text);
        _shop.Bad.All[1].Timestamp.ShouldNotBe(_shop.Bad.All[0].Timestamp);
        (await _shop.Figures(MessageShop.Bad)).Delivered.ShouldBe(1);
    }

    [Fact]
    public async Task A_receiver_that_takes_what_it_has_had_only_once_has_one_effect_of_each()
    {
        // It processes, and then nobody hears of it: three times out of four.
        var effects = new HashSet<string>();
        var (random, answered) = (new Random(1), 0);
        _shop.Bad.Answer = got =>
        {
            lock (effects)
            {
                effects.Add(got.Id);
                return ++answered % 4 == 0 || random.Next(4) == 0 ? null : WebhookReceiver.Drop;
            }
        };
        var left = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            left.Add((await _shop.Leave(MessageShop.ForBad, $"c{i % 3}")).ToString());
        }

        for (var round = 0; round < 500 && (await _shop.Figures(MessageShop.Bad)).Waiting > 0; round++)
        {
            await _shop.Deliver();
            _shop.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        effects.Order().ShouldBe(left.Order());
        _shop.Bad.All.Count.ShouldBeGreaterThan(20);
        _shop.Bad.All.GroupBy(got => got.Id).ShouldAllBe(attempts => attempts.Select(got => got.Text).Distinct().Count() == 1);
        (await _shop.Figures(MessageShop.Bad)).Delivered.ShouldBe(20);
    }

    [Fact]
    public async Task Gone_means_dead_at_once_and_it_can_be_sent_again()
    {
        _shop.Bad.Answer = _ => 410;
        var id = await _shop.Leave(MessageShop.ForBad);
        await _shop.Deliver();
        var row = await _shop.Row(id);
        (row.Status, row.Failure, row.EndedAt).ShouldBe((MessageStatus.Dead, "status_410", _shop.Clock.Now));
        _shop.Clock.Advance(TimeSpan.FromHours(1));
        await _shop.Deliver();
        _shop.Bad.Count.ShouldBe(1);

        _shop.Bad.Answer = _ => null;
        (await _shop.Outbox.Resend(id, default)).ShouldBeOfType<ResendOutcome.Done>().Message.Status.ShouldBe(MessageStatus.Waiting);
        (await _shop.Outbox.Resend(id, default)).ShouldBe(new ResendOutcome.NotDead(MessageStatus.Waiting));
        await _shop.Deliver();
        (_shop.Bad.All[1].Id, _shop.Bad.All[1].Text).ShouldBe((id.ToString(), _shop.Bad.All[0].Text));
        (await _shop.Outbox.Resend(id, default)).ShouldBeOfType<ResendOutcome.NoSuchMessage>();
    }

    [Fact]
    public async Task A_receiver_that_says_when_to_come_again_is_left_alone_until_then_but_for_an_hour_at_most()
    {
        _shop.Bad.Answer = _ => 429;
        _shop.Bad.RetryAfter = 600;
        var first = await _shop.Leave(MessageShop.ForBad);
        await _shop.Deliver();
        (await _shop.Row(first)).NextAt.ShouldBe(_shop.Clock.Now + TimeSpan.FromMinutes(10));
        (await _shop.Figures(MessageShop.Bad)).PausedUntil.ShouldBe(_shop.Clock.Now + TimeSpan.FromMinutes(10));

        // So are the others' messages for it.
        await _shop.Leave(MessageShop.ForBad, "bob");
        await _shop.Deliver();
        _shop.Bad.Count.ShouldBe(1);
        _shop.Clock.Advance(TimeSpan.FromMinutes(10));
        _shop.Bad.RetryAfter = 86_400;
        await _shop.Deliver();
        _shop.Bad.Count.ShouldBe(3);
        (await _shop.Row(first)).NextAt.ShouldBe(_shop.Clock.Now + TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Given_up_after_its_time_it_dies_and_is_let_go_thirty_days_later()
    {
        _shop.Bad.Answer = _ => 500;
        var began = _shop.Clock.Now;
        var id = await _shop.Leave(MessageShop.ForBad);
        while ((await _shop.Row(id)).Status == MessageStatus.Waiting)
        {
            (_shop.Clock.Now - began).ShouldBeLessThanOrEqualTo(TimeSpan.FromHours(73));
            _shop.Clock.Advance(TimeSpan.FromMinutes(10));
            await _shop.Deliver();
        }

        (_shop.Clock.Now - began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(72));
        _shop.Bad.Count.ShouldBeInRange(72, 400);
        (await _shop.Figures(MessageShop.Bad)).Dead.ShouldBe(1);
        (await _shop.Outbox.ResendDead(MessageShop.Good, default)).ShouldBe(0);
        (await _shop.Outbox.ResendDead(MessageShop.Bad, default)).ShouldBe(1);
        (await _shop.Row(id)).Attempts.ShouldBe(0);

        for (var hour = 0; hour < 80; hour++)
        {
            _shop.Clock.Advance(TimeSpan.FromHours(1));
            await _shop.Deliver();
        }

        (await _shop.Row(id)).Status.ShouldBe(MessageStatus.Dead);
        _shop.Clock.Advance(TimeSpan.FromDays(30));
        await _shop.Deliver();
        var figures = await _shop.Figures(MessageShop.Bad);
        (figures.Dead, figures.Discarded).ShouldBe((0, 1));
    }

    [Fact]
    public async Task A_receiver_that_keeps_failing_is_tried_by_one_message_at_a_time_and_opens_at_the_first_success()
    {
        _shop.Bad.Answer = _ => 500;
        for (var i = 0; i < 30; i++)
        {
            await _shop.Leave(MessageShop.ForBad, $"c{i}");
        }

        // Eight at a time, and while fewer than five have failed, what ends makes room for another.
        await _shop.Deliver();
        var tried = _shop.Bad.Count;
        tried.ShouldBeInRange(8, 8 + OutboxLane.FailuresBeforePause - 1);
        var paused = (await _shop.Figures(MessageShop.Bad)).PausedUntil!.Value;
        await _shop.Deliver();
        _shop.Bad.Count.ShouldBe(tried);
        for (var probe = 1; probe <= 5; probe++)
        {
            _shop.Clock.Advance(TimeSpan.FromMinutes(1));
            await _shop.Deliver();
            _shop.Bad.Count.ShouldBe(tried + probe);
            (await _shop.Figures(MessageShop.Bad)).PausedUntil!.Value.ShouldBeGreaterThan(paused);
        }

        // The others had no part in it.
        await _shop.Leave(MessageShop.ForGood);
        await _shop.Deliver();
        _shop.Good.Count.ShouldBe(1);

        _shop.Bad.Answer = _ => null;
        _shop.Clock.Advance(TimeSpan.FromHours(1));
        await _shop.Deliver();
        (await _shop.Figures(MessageShop.Bad)).Delivered.ShouldBe(30);
        _shop.Bad.Count.ShouldBe(tried + 5 + 30);
    }

    [Fact]
    public async Task Whose_receiver_keeps_failing_dies_in_time_though_never_tried()
    {
        _shop.Bad.Answer = _ => 500;
        for (var i = 0; i < 20; i++)
        {
            await _shop.Leave(MessageShop.ForBad, $"c{i}");
        }

        await _shop.Deliver();
        _shop.Clock.Advance(TimeSpan.FromHours(74));
        await _shop.Deliver();
        await _shop.Deliver();
        for (var i = 0; i < 20; i++)
        {
            _shop.Clock.Advance(TimeSpan.FromMinutes(2));
            await _shop.Deliver();
        }

        var figures = await _shop.Figures(MessageShop.Bad);
        (figures.Waiting, figures.Dead).ShouldBe((0, 20));
        _shop.Bad.Count.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task What_may_no_longer_be_said_is_withdrawn_before_it_is_sent()
    {
        var id = await _shop.Leave(MessageShop.Hello);
        (await _shop.Row(id)).Status.ShouldBe(MessageStatus.Waiting);
        await _shop.Host.Turn(Requests.Interaction("ann", "stop", MessageShop.Silence));
        _shop.Host.Engine.Checkpointer.Round(urgentOnly: true).ShouldBe(1);
        (await _shop.Row(id)).Status.ShouldBe(MessageStatus.Withdrawn);
        await _shop.Deliver();
        _shop.Good.Count.ShouldBe(0);
        (await _shop.Outbox.Resend(id, default)).ShouldBe(new ResendOutcome.NotDead(MessageStatus.Withdrawn));
        var figures = await _shop.Figures(MessageShop.Good);
        (figures.Waiting, figures.Withdrawn).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Left_and_withdrawn_by_turns_of_one_checkpoint_it_is_withdrawn()
    {
        await _shop.Host.Turn(Requests.Interaction("ann", "1", MessageShop.Hello));
        await _shop.Host.Turn(Requests.Interaction("ann", "2", MessageShop.Silence));
        _shop.Host.Save();
        (await _shop.Outbox.List(new OutboxQuery(), default)).Messages.ShouldHaveSingleItem().Status.ShouldBe(MessageStatus.Withdrawn);
    }

    [Fact]
    public async Task Pages_go_through_all_messages_of_a_filter_once()
    {
        for (var i = 0; i < 25; i++)
        {
            await _shop.Leave(i % 5 == 0 ? MessageShop.ForBad : MessageShop.ForGood, $"c{i}");
        }

        var seen = new List<MessageId>();
        var query = new OutboxQuery { Receiver = MessageShop.Good, Status = MessageStatus.Waiting, Limit = 7 };
        for (long? before = null; ;)
        {
            var page = await _shop.Outbox.List(query with { Before = before }, default);
            seen.AddRange(page.Messages.Select(row => row.Id));
            if (page.Next is null)
            {
                break;
            }

            before = page.Next;
        }

        (seen.Count, seen.Distinct().Count()).ShouldBe((20, 20));
        await Should.ThrowAsync<InvalidQueryException>(async () => await _shop.Outbox.List(query with { Limit = 501 }, default));
    }
}
