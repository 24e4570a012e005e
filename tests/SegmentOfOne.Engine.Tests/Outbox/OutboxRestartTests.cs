using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Outbox;

/// <summary>A process that ends between any two steps of a message.</summary>
public sealed class OutboxRestartTests : IDisposable
{
    private readonly SteppedOutbox _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Committed_and_not_yet_checkpointed_it_arrives_after_a_crash()
    {
        var answer = await _shop.Host.Turn(Requests.Interaction("ann", "1", MessageShop.ForGood));
        _shop.Host.Crash();
        _shop.Host.Save();
        await _shop.Deliver();
        _shop.Good.All.ShouldHaveSingleItem().Id.ShouldBe(new MessageId(answer.Reply.Key, answer.Reply.Version, 0).ToString());
    }

    [Fact]
    public async Task Written_down_and_not_yet_sent_it_arrives_after_a_crash()
    {
        var id = await _shop.Leave(MessageShop.ForGood);
        _shop.Host.Crash();
        await _shop.Deliver();
        _shop.Good.All.ShouldHaveSingleItem().Id.ShouldBe(id.ToString());
    }

    [Fact]
    public async Task Delivered_and_not_yet_noted_it_arrives_again_by_the_same_id_and_bytes()
    {
        var id = await _shop.Leave(MessageShop.ForGood);
        _shop.Outbox.Step();
        await _shop.Good.Wait(1);
        _shop.Host.Crash();
        await _shop.Deliver();
        _shop.Good.All.Select(got => (got.Id, got.Text)).Distinct().ShouldHaveSingleItem().Item1.ShouldBe(id.ToString());
        _shop.Good.Count.ShouldBe(2);
        (await _shop.Figures(MessageShop.Good)).Delivered.ShouldBe(1);
    }

    /// <summary>From one seed: turns, commits, checkpoints, deliveries and crashes in any order, with receivers that fail in every way.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_comes_in_whatever_order_each_message_arrives_and_the_sums_balance(int seed)
    {
        var random = new Random(seed);
        _shop.Good.Answer = _shop.Bad.Answer = _ =>
        {
            lock (random)
            {
                return random.Next(6) switch { 0 => 500, 1 => WebhookReceiver.Drop, 2 => 503, _ => null };
            }
        };
        var expected = new Dictionary<string, string>();
        for (var step = 0; step < 250; step++)
        {
            int next;
            lock (random)
            {
                next = random.Next(12);
            }

            switch (next)
            {
                case < 5:
                    var receiver = step % 2 == 0 ? MessageShop.Good : MessageShop.Bad;
                    var answer = await _shop.Host.Turn(Requests.Interaction($"c{step % 7}", $"{step}", step % 2 == 0 ? MessageShop.ForGood : MessageShop.ForBad));
                    expected.Add(new MessageId(answer.Reply.Key, answer.Reply.Version, 0).ToString(), receiver);
                    break;
                case 5:
                    _shop.Host.Engine.Checkpointer.Round(urgentOnly: true);
                    break;
                case 6:
                    _shop.Host.Engine.Checkpointer.Round();
                    break;
                case 7:
                    _shop.Outbox.Step();
                    break;
                case 8:
                    await _shop.Deliver();
                    break;
                case 9:
                    _shop.Clock.Advance(TimeSpan.FromSeconds(20));
                    break;
                case 10:
                    _shop.Host.EvictAll();
                    break;
                case 11:
                    _shop.Host.Crash();
                    break;
            }
        }

        _shop.Good.Answer = _shop.Bad.Answer = _ => null;
        _shop.Host.Save();
        for (var i = 0; i < 50; i++)
        {
            _shop.Clock.Advance(TimeSpan.FromMinutes(10));
            await _shop.Deliver();
        }

        foreach (var (name, receiver) in new[] { (MessageShop.Good, _shop.Good), (MessageShop.Bad, _shop.Bad) })
        {
            var wanted = expected.Where(message => message.Value == name).Select(message => message.Key).Order().ToList();
            receiver.All.Select(got => got.Id).Distinct().Order().ShouldBe(wanted);
            receiver.All.ShouldAllBe(got => got.IsSignedBy(WebhookReceiver.Secret));
            receiver.All.GroupBy(got => got.Id).ShouldAllBe(attempts => attempts.Select(got => got.Text).Distinct().Count() == 1);
            var figures = await _shop.Figures(name);
            (figures.Waiting, figures.Delivered, figures.Dead).ShouldBe((0, wanted.Count, 0));
        }
    }
}
