using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests;

/// <summary>What holds for every customer: the invariants of the design that the domain keeps.</summary>
public sealed class CustomerTests
{
    private static readonly int Stages = Enum.GetValues<Stage>().Length;

    [Fact]
    public void Order_and_repeats_do_not_matter()
    {
        var cases = from told in Lives.Told(60)
                    from again in Gen.SubListOf<TurnRequest>(told.AsEnumerable())
                    from shuffled in Gen.Shuffle<TurnRequest>(told.Concat(again))
                    select (told, shuffled);
        Property.Holds(cases, pair =>
        {
            var inOrder = After(pair.told.OrderBy(each => each.OccurredAt));
            var shuffled = After(pair.shuffled);
            foreach (var day in new[] { 365, 400, 1000 })
            {
                Differ(inOrder.Scores(Playbook.Default.Engagement, Time.Day(day)), shuffled.Scores(Playbook.Default.Engagement, Time.Day(day)))
                    .ShouldBeLessThan(1e-9);
            }

            shuffled.Ids.Recent.Length.ShouldBe(inOrder.Ids.Recent.Length);
            shuffled.Revenue.ShouldBe(inOrder.Revenue);
            shuffled.Value.Returned.ShouldBe(inOrder.Value.Returned);
            (shuffled.FirstSeen, shuffled.LastSeen).ShouldBe((inOrder.FirstSeen, inOrder.LastSeen));
            shuffled.Activity.Interactions.ShouldBe(inOrder.Activity.Interactions);
            shuffled.Journey.MedianGap.ShouldBe(inOrder.Journey.MedianGap);
            shuffled.DistinctItems(Time.Day(300)).ShouldBe(inOrder.DistinctItems(Time.Day(300)));
            foreach (var type in inOrder.Activity.Types)
            {
                shuffled.Activity.Of(type.Type)!.Tally.ShouldBe(type.Tally);
                shuffled.Activity.Of(type.Type)!.Recent.ToArray().ShouldBe(type.Recent.ToArray());
            }
        }, times: 100);
    }

    [Fact]
    public void Replay_equals_live()
    {
        Property.Holds(Lives.Lived(150), life =>
        {
            var customer = Lived(life);
            LivingCustomer.BytesOf(customer.Replayed()).ShouldBe(customer.Bytes);
        }, times: 100);
    }

    [Fact]
    public void The_same_id_gives_the_same_reply_and_no_fact()
    {
        Property.Holds(Lives.Lived(120), life =>
        {
            var customer = new LivingCustomer(Playbook.Default);
            var first = new Dictionary<string, TurnReply>();
            foreach (var asked in life)
            {
                if (customer.Ask(asked.Request, asked.Now) is TurnOutcome.Done done)
                {
                    done.Reply.ObservedThrough.ShouldBeGreaterThanOrEqualTo(done.Reply.Version);
                    if (asked.Request.Id.Length > 0)
                    {
                        first.Add(asked.Request.Id, done.Reply);
                    }
                }
            }

            var before = customer.Bytes;
            foreach (var asked in life.Where(asked => asked.Request.Id.Length > 0))
            {
                var version = customer.Ask(asked.Request, Time.Day(900)).ShouldBeOfType<TurnOutcome.Repeated>().Version;
                var turn = customer.Story.ElementAt((int)version - 1);
                Customer.Reply(customer.Replayed(version), turn, Playbook.Default).ShouldBe(first[asked.Request.Id]);
            }

            customer.Bytes.ShouldBe(before);
        }, times: 30);
    }

    [Fact]
    public void A_receipt_recomputes()
    {
        Property.Holds(Lives.Lived(60), life =>
        {
            var customer = Lived(life);
            foreach (var turn in customer.Story.Where(turn => turn.Decisions > 0))
            {
                var placements = turn.Facts.OfType<Decided>().ToList();
                for (var i = 0; i < placements.Count; i++)
                {
                    var receipt = Customer.Explain(customer.Replayed(turn.Version - 1), turn, i, Playbook.Default);
                    var again = Customer.Explain(
                        StateFormat.Read(LivingCustomer.BytesOf(customer.Replayed(turn.Version - 1)), LivingCustomer.Key),
                        TurnFormat.Read(LivingCustomer.BytesOf(turn)),
                        i,
                        Playbook.Default);
                    again.ToBytes().ShouldBe(receipt.ToBytes());
                    receipt.Action.ShouldBe(placements[i].Action);
                    receipt.Candidates.Count(each => each.Verdict == Verdict.Chosen).ShouldBe(receipt.Action is null ? 0 : 1);
                }
            }
        }, times: 30);
    }

    [Fact]
    public void Flows_between_stages_balance_and_dwell_times_add_up_to_the_lifetime()
    {
        Property.Holds(Gen.ListOf(Lives.Lived(60), 8), lives =>
        {
            var inflow = new int[Stages];
            var outflow = new int[Stages];
            var occupancy = new int[Stages];
            foreach (var life in lives)
            {
                var customer = Lived(life);
                var state = customer.State;
                occupancy[(int)state.Stage]++;
                inflow[(int)Stage.Unknown]++;
                var moves = customer.Story.SelectMany(turn => turn.Facts.OfType<StageChanged>()).ToList();
                var (stage, since) = (Stage.Unknown, state.Journey.Began);
                var dwelt = new TimeSpan[Stages];
                foreach (var move in moves)
                {
                    move.From.ShouldBe(stage);
                    move.To.ShouldNotBe(stage);
                    move.At.ShouldBeGreaterThanOrEqualTo(since);
                    outflow[(int)move.From]++;
                    inflow[(int)move.To]++;
                    dwelt[(int)stage] += move.At - since;
                    (stage, since) = (move.To, move.At);
                }

                var end = Time.Day(900);
                dwelt[(int)stage] += end - since;
                var stages = Enum.GetValues<Stage>();
                stages.Select(each => state.Journey.Dwell(each, end)).ShouldBe(dwelt);
                stages.Aggregate(TimeSpan.Zero, (sum, each) => sum + state.Journey.Dwell(each, end)).ShouldBe(end - state.Journey.Began);
                state.Reentries.ShouldBe(moves.Count(move => move.From == Stage.Lapsed));
            }

            for (var stage = 0; stage < Stages; stage++)
            {
                (inflow[stage] - outflow[stage]).ShouldBe(occupancy[stage]);
            }
        }, times: 25);
    }

    [Fact]
    public void A_turn_that_does_not_follow_is_not_folded()
    {
        var customer = Lived([new Asked(Lives.Question(0), Time.Start), new Asked(Lives.Question(2), Time.Start)]);
        Should.Throw<ArgumentException>(() => Customer.Evolve(new CustomerState(LivingCustomer.Key), customer.Story.Last()));
        Should.Throw<ArgumentException>(() => Customer.Evolve(customer.State, customer.Story.Last()));
    }

    private static LivingCustomer Lived(IEnumerable<Asked> life)
    {
        var customer = new LivingCustomer(Playbook.Default);
        foreach (var asked in life)
        {
            customer.Ask(asked.Request, asked.Now).ShouldNotBeOfType<TurnOutcome.Refused>();
        }

        return customer;
    }

    private static CustomerState After(IEnumerable<TurnRequest> told) =>
        Lived(told.Select(request => new Asked(request with { Placements = [] }, Time.Day(366)))).State;

    private static double Differ(Scores a, Scores b) => new[]
    {
        a.Involvement - b.Involvement, a.Interaction - b.Interaction, a.Intimacy - b.Intimacy, a.Influence - b.Influence,
        a.Engagement - b.Engagement, a.Advocacy - b.Advocacy,
    }.Max(Math.Abs);
}
