using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Outbox;

/// <summary>Once a turn is committed that refuses what a message carries, no attempt of it begins. Nothing here waits for a checkpoint to say so.</summary>
public sealed class OutboxConsentTests : IDisposable
{
    private readonly SteppedOutbox _shop = new();
    private int _told;

    public static TheoryData<string, string, string, string> Refusals() => new()
    {
        { "do_not_contact", "", "", "do_not_contact" },
        { "consent_withdrawn", "channel", "email", "consent_on_channel" },
        { "consent_denied", "channel", "email", "consent_on_channel" },
        { "consent_withdrawn", "purpose", "care", "consent_for_purpose" },
        { "consent_withdrawn", "", "", "consent_for_purpose" },
    };

    public void Dispose() => _shop.Dispose();

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Withdrawn_while_it_waits_it_never_arrives(string type, string about, string named, string rule)
    {
        var id = await _shop.Leave(MessageShop.Hello);
        await Tell(type, about, named);
        await _shop.Deliver();
        await ItIsWithdrawn(id, rule, attempts: 0);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Withdrawn_between_two_attempts_it_is_not_tried_again(string type, string about, string named, string rule)
    {
        _shop.Good.Answer = _ => 500;
        var id = await _shop.Leave(MessageShop.Hello);
        await _shop.Deliver();
        _shop.Good.Count.ShouldBe(1);
        await Tell(type, about, named);
        _shop.Clock.Advance(TimeSpan.FromMinutes(1));
        await _shop.Deliver();
        await ItIsWithdrawn(id, rule, attempts: 1);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Withdrawn_between_being_picked_up_and_sent_it_is_not_sent(string type, string about, string named, string rule)
    {
        var id = await _shop.Leave(MessageShop.Hello);
        _shop.Meanwhile = () => Tell(type, about, named);
        await _shop.Deliver();
        await ItIsWithdrawn(id, rule, attempts: 0);
    }

    [Fact]
    public async Task Also_when_its_reservation_has_run_out_and_no_turn_withdraws_it()
    {
        _shop.Good.Answer = _ => 500;
        var id = await _shop.Leave(MessageShop.Hello);
        await _shop.Deliver();
        _shop.Host.Time.Advance(TimeSpan.FromHours(30));
        _shop.Clock.Advance(TimeSpan.FromHours(30));
        await _shop.Host.WakeDue();
        await Tell("do_not_contact");
        await _shop.Deliver();
        await ItIsWithdrawn(id, "do_not_contact", attempts: 1);
    }

    [Fact]
    public async Task Also_when_the_process_dies_before_any_checkpoint_hears_of_it()
    {
        var id = await _shop.Leave(MessageShop.Hello);
        await Tell("do_not_contact");
        _shop.Host.Crash();
        await _shop.Deliver();
        await ItIsWithdrawn(id, "do_not_contact", attempts: 0);
    }

    [Theory]
    [InlineData("consent_withdrawn", "channel", "sms")]
    [InlineData("consent_withdrawn", "purpose", "sell")]
    [InlineData("do_not_track", "", "")]
    [InlineData("do_not_personalise", "", "")]
    public async Task What_a_withdrawal_does_not_cover_goes(string type, string about, string named)
    {
        await _shop.Leave(MessageShop.Hello);
        await Tell(type, about, named);
        await _shop.Deliver();
        _shop.Good.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_owed_goes_and_says_that_it_is(string type, string about, string named, string rule)
    {
        _shop.Good.Answer = _ => 500;
        var id = await _shop.Leave(MessageShop.Owed);
        await Tell(type, about, named);
        await _shop.Deliver();
        (await _shop.Row(id)).Touch.ShouldBe(new CarriedTouch(0, Purpose.Serve, "email", Direction.Outbound, IsTransactional: true));
        _shop.Good.Answer = _ => null;
        _shop.Clock.Advance(TimeSpan.FromMinutes(1));
        await _shop.Deliver();
        (_shop.Good.Count, rule.Length > 0).ShouldBe((2, true));
    }

    [Fact]
    public async Task What_carries_nothing_to_the_customer_goes()
    {
        await Tell("do_not_contact");
        var id = await _shop.Leave(MessageShop.ForGood);
        (await _shop.Row(id)).Touch.ShouldBeNull();
        await _shop.Deliver();
        _shop.Good.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("user_id", "anonymous_id")]
    [InlineData("anonymous_id", "user_id")]
    public async Task Whoever_proves_to_be_one_with_a_customer_who_refused_it_is_not_sent_it(string left, string refused)
    {
        var (one, other) = (new Identifier(left, "ann"), new Identifier(refused, "other"));
        var id = await _shop.Leave(MessageShop.Hello, one);
        await _shop.Host.Turn(Requests.Interaction("", "1", "do_not_contact") with { Customer = other });
        await _shop.Host.Commit(_shop.Host.Engine.Names.Merge(one, other, default).AsTask());
        await _shop.Deliver();
        await ItIsWithdrawn(id, "do_not_contact", attempts: 0);
    }

    [Fact]
    public async Task What_a_turn_withdrew_stays_withdrawn_though_contact_is_allowed_again()
    {
        var id = await _shop.Leave(MessageShop.Hello);
        await Tell("do_not_contact");
        await Tell("contact_allowed");
        await _shop.Deliver();
        await ItIsWithdrawn(id, CarriedTouch.Withdrawn, attempts: 0);
    }

    [Fact]
    public async Task While_a_refusal_stands_a_dead_message_is_not_sent_again_by_hand()
    {
        _shop.Good.Answer = _ => 410;
        var id = await _shop.Leave(MessageShop.Hello);
        await _shop.Deliver();
        _shop.Host.Time.Advance(TimeSpan.FromHours(30));
        await _shop.Host.WakeDue();
        await Tell("consent_withdrawn", "channel", "email");
        _shop.Good.Answer = _ => null;

        (await _shop.Outbox.Resend(id, default)).ShouldBe(new ResendOutcome.Refused("consent_on_channel"));
        (await _shop.Row(id)).Status.ShouldBe(MessageStatus.Dead);

        await Tell("consent_given", "channel", "email");
        (await _shop.Outbox.Resend(id, default)).ShouldBeOfType<ResendOutcome.Done>();
        await _shop.Deliver();
        _shop.Good.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Sent_again_with_all_that_are_dead_it_is_withdrawn_instead()
    {
        _shop.Good.Answer = _ => 410;
        var id = await _shop.Leave(MessageShop.Hello);
        await _shop.Deliver();
        await Tell("do_not_contact");
        (await _shop.Outbox.ResendDead(MessageShop.Good, default)).ShouldBe(1);
        _shop.Good.Answer = _ => null;
        await _shop.Deliver();
        await ItIsWithdrawn(id, "do_not_contact", attempts: 1);
    }

    [Fact]
    public async Task A_message_whose_customer_cannot_be_asked_waits()
    {
        var id = await _shop.Leave(MessageShop.Hello);
        _shop.Host.Save();
        Damage();
        await _shop.Deliver();
        var row = await _shop.Row(id);
        (row.Status, row.Attempts, row.Failure, _shop.Good.Count).ShouldBe((MessageStatus.Waiting, 1, "customer_unavailable", 0));
        (await _shop.Figures(MessageShop.Good)).LastFailure.ShouldBeNull();
    }

    private void Damage()
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _shop.Host.StoreFile, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE customer SET snapshot = x'00'";
        command.ExecuteNonQuery().ShouldBe(1);
    }

    private async Task ItIsWithdrawn(MessageId id, string rule, int attempts)
    {
        var row = await _shop.Row(id);
        (row.Status, row.Failure, row.EndedAt is not null, _shop.Good.Count).ShouldBe((MessageStatus.Withdrawn, rule, true, attempts));
        (await _shop.Outbox.Resend(id, default)).ShouldBe(new ResendOutcome.NotDead(MessageStatus.Withdrawn));

        // Nor does it come back with the checkpoint that hears of it, or with time.
        _shop.Meanwhile = null;
        _shop.Host.Save();
        for (var hour = 0; hour < 4; hour++)
        {
            _shop.Clock.Advance(TimeSpan.FromHours(1));
            await _shop.Deliver();
        }

        (_shop.Good.Count, (await _shop.Row(id)).Failure).ShouldBe((attempts, rule));
        (await _shop.Figures(MessageShop.Good)).Withdrawn.ShouldBe(1);
    }

    /// <summary>Committed, and no more: no checkpoint has seen it.</summary>
    private async Task Tell(string type, string about = "", string named = "")
    {
        _shop.Host.Time.Advance(TimeSpan.FromSeconds(1));
        await _shop.Host.Turn(Requests.Interaction(
            "ann", $"told {++_told}", type, properties: about.Length > 0 ? Properties.Of((about, named)) : Properties.Empty));
    }
}
