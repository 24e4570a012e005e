using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Journeys;

public sealed class JourneyTests
{
    private const string Cart = """
        {
          `id`: `cart`, `trigger`: { `interaction`: [`a`] }, `key`: `cart_id`, `concurrency`: 2, `start`: `hold`,
          `steps`: {
            `hold`: { `wait`: `1h`, `next`: `letter` },
            `letter`: { `decide`: `letter`, `channel`: `mail`, `action`: `always`, `receiver`: `post`, `next`: `listen`, `otherwise`: `done` },
            `listen`: { `wait_for`: [`b`, `c`], `when`: `type = 'b' or has('x')`, `within`: `24h`, `next`: `done`, `otherwise`: `case` },
            `case`: { `open_case`: `cases`, `reason`: `Nobody answered`, `next`: `done` },
            `done`: { `exit`: `completed` }
          },
          `goal`: `type = 'ordered'`,
          `exits`: { `enough`: `count('c') >= 3` }
        }
        """;

    [Fact]
    public void A_wait_ends_at_its_time_and_what_follows_is_sent_once()
    {
        var life = new JourneyLife(JourneyPlaybook.Of(1, Cart));

        life.Tell(0, "a").ShouldBe(["0 cart 1 entered", "0 cart 1 >hold"]);
        life.Live(0.999).ShouldBeEmpty();
        life.Live(30).ShouldBe(
        [
            "1 cart 1 hold>letter", "decided letter on mail: always", "message 0 Touch to post of letter with decision 0", "1 cart 1 letter>listen",
            "25 cart 1 listen>case", "message 0 Case to cases of case", "25 cart 1 case>done", "25 cart 1 Completed by exit at done after 25",
        ]);
        Customer.NextDue(life.Customer.State, life.Customer.Set).ShouldBeNull();
    }

    [Fact]
    public void What_is_waited_for_ends_the_wait_when_its_condition_holds()
    {
        var life = new JourneyLife(JourneyPlaybook.Of(1, Cart));
        life.Tell(0, "a");
        life.Live(2);

        life.Tell(3, "c").ShouldBeEmpty();
        life.Tell(4, "c", properties: ("x", 1)).ShouldBe(["4 cart 1 listen>done", "4 cart 1 Completed by exit at done after 4"]);
    }

    [Fact]
    public void The_goal_comes_before_exit_criteria_and_both_before_steps()
    {
        var life = new JourneyLife(JourneyPlaybook.Of(1, Cart, Cart.Replace("`cart`", "`other`").Replace("`goal`: `type = 'ordered'`,", "")));
        life.Tell(0, "a");
        life.Tell(0.1, "c");
        life.Tell(0.2, "c");
        life.Tell(0.3, "ordered").ShouldBe(["0.3 cart 1 Converted by goal at hold after 0.3"]);
        life.Tell(0.4, "c").ShouldBe(["0.4 other 2 Exited by enough at hold after 0.4"]);
    }

    [Fact]
    public void Runs_are_told_apart_by_key_and_no_more_are_under_way_than_may_be()
    {
        var life = new JourneyLife(JourneyPlaybook.Of(1, Cart));

        life.Tell(0, "a", properties: ("cart_id", "k1")).ShouldBe(["0 cart 1 entered for k1", "0 cart 1 >hold"]);
        life.Tell(0.1, "a", properties: ("cart_id", "k1")).ShouldBe(["0.1 cart barred by running"]);
        life.Tell(0.2, "a", properties: ("cart_id", new string('k', 65)))[0].ShouldStartWith("0.2 cart 2 entered for #");
        life.Tell(0.3, "a", properties: ("cart_id", "k3")).ShouldBe(["0.3 cart barred by concurrency"]);
    }

    [Fact]
    public void Reentry_is_once_or_after_a_time()
    {
        string Short(string id, string reentry) =>
            $"{{ `id`: `{id}`, `trigger`: {{ `interaction`: [`a`] }}, {reentry} `start`: `end`, `steps`: {{ `end`: {{ `exit`: `completed` }} }} }}";
        var life = new JourneyLife(JourneyPlaybook.Of(
            1, Short("always", ""), Short("once", "`reentry`: `never`,"), Short("weekly", "`reentry`: `after 7d`,")));

        life.Tell(0, "a").Count(words => words.Contains("entered")).ShouldBe(3);
        life.Tell(167.99, "a").Where(words => !words.Contains('>') && !words.Contains("Completed"))
            .ShouldBe(["167.99 always 4 entered", "167.99 once barred by reentry", "167.99 weekly barred by reentry"]);
        life.Tell(168, "a").Count(words => words.Contains("entered")).ShouldBe(2);
    }

    [Fact]
    public void What_is_told_too_late_triggers_nothing()
    {
        var life = new JourneyLife(JourneyPlaybook.Of(1, Cart));
        life.Tell(100, "a", hoursAgo: 24.01).ShouldBeEmpty();
        life.Tell(100, "a", hoursAgo: 24)[0].ShouldBe("76 cart 1 entered");
    }

    /// <summary>An interaction gives way to what was due before it happened, and comes before what was due after, though that is over by now.</summary>
    [Fact]
    public void Told_late_an_interaction_still_comes_before_what_was_due_after_it()
    {
        var life = new JourneyLife(JourneyPlaybook.Of(1, Cart));
        life.Tell(0, "a");

        life.Tell(5, "ordered", hoursAgo: 4.5).ShouldBe(["0.5 cart 1 Converted by goal at hold after 0.5"]);
        life.Tell(10, "a").ShouldBe(["10 cart 2 entered", "10 cart 2 >hold"]);
        life.Tell(15, "ordered", hoursAgo: 4).Take(2).ShouldBe(["11 cart 2 hold>letter", "decided letter on mail: always"]);
    }

    [Fact]
    public void A_stage_and_a_date_let_in()
    {
        const string Steps = "`start`: `end`, `steps`: { `end`: { `exit`: `completed` } } }";
        var life = new JourneyLife(JourneyPlaybook.Of(
            1,
            "{ `id`: `bought`, `trigger`: { `stage`: `purchase` }, " + Steps,
            "{ `id`: `fair`, `trigger`: { `date`: `2030-06-03T12:00:00Z`, `yearly`: true, `when`: `orders = 1` }, " + Steps,
            "{ `id`: `over`, `trigger`: { `date`: `2030-06-03T08:00:00Z` }, " + Steps));

        life.Tell(0, "ordered").ShouldBe(["0 bought 1 entered", "0 bought 1 >end", "0 bought 1 Completed by exit at end after 0"]);
        life.Tell(4, "a").ShouldBe(["3 fair 2 entered", "3 fair 2 >end", "3 fair 2 Completed by exit at end after 0"]);
        life.Live(24 * 365 + 4)[0].ShouldBe("8763 fair 3 entered");
        life.Tell(24 * 366, "ordered").ShouldBeEmpty();
        life.Live(24 * 365 * 3).ShouldBeEmpty();
    }

    [Fact]
    public void Dates_that_were_over_when_the_playbook_came_into_force_let_nobody_in()
    {
        var playbook = JourneyPlaybook.Of(1, "{ `id`: `fair`, `trigger`: { `date`: `2030-06-05T12:00:00Z`, `yearly`: true }, `start`: `end`, `steps`: { `end`: { `exit`: `completed` } } }");
        var state = new CustomerState(LivingCustomer.Key);
        Customer.Decide(state, new TurnRequest { Customer = Lives.Someone, Id = "1", Type = "a", Channel = "web" }, PlaybookSet.Of(playbook), Time.Start);

        Instant? Due(double days) => Customer.NextDue(state, new PlaybookSet(playbook, _ => null, null) { Since = Time.Day(days) });
        Due(2).ShouldBe(Time.Day(2.125));
        Due(3.12).ShouldBe(Time.Day(2.125));
        Due(3.13).ShouldBe(Time.Day(367.125));
    }

    /// <summary>Clocks in London are put forward in the night to 31 March 2030.</summary>
    [Theory]
    [InlineData("Europe/London", "2030-03-30T08:59:59Z", "09:00", "2030-03-30T09:00:00Z")]
    [InlineData("Europe/London", "2030-03-30T09:00:00Z", "09:00", "2030-03-31T08:00:00Z")]
    [InlineData("Europe/London", "2030-03-30T09:00:00Z", "01:30", "2030-03-31T01:30:00Z")]
    [InlineData("Asia/Kolkata", "2030-03-30T03:29:00Z", "09:00", "2030-03-30T03:30:00Z")]
    [InlineData("America/New_York", "2030-03-30T03:00:00Z", "23:00", "2030-03-31T03:00:00Z")]
    public void A_time_of_day_is_the_next_by_the_customers_clock(string zone, string after, string minute, string due)
    {
        var at = Instant.From(DateTimeOffset.Parse(after));
        var playbook = JourneyPlaybook.Of(1, $"{{ `id`: `j`, `trigger`: {{ `interaction`: [`a`] }}, `start`: `until`, `steps`: {{ `until`: {{ `until`: `{minute}`, `next`: `end` }}, `end`: {{ `exit`: `completed` }} }} }}");
        var state = new CustomerState(LivingCustomer.Key);
        var request = new TurnRequest { Customer = Lives.Someone, Id = "1", Type = "a", Channel = "web", Properties = Properties.Of(("zone", zone)) };
        Customer.Decide(state, request, PlaybookSet.Of(playbook), at);
        state.Journeys.Runs[0].Due.ShouldBe(Instant.From(DateTimeOffset.Parse(due)));
    }

    [Fact]
    public void Who_is_in_a_version_stays_in_it_unless_moved()
    {
        const string Flow = "{ `id`: `j`, `trigger`: { `interaction`: [`a`] }, @ `start`: `one`, `steps`: { `one`: { `wait`: `10h`, `next`: `two` }, `two`: { `wait`: `%`, `next`: `end` }, `end`: { `exit`: `completed` } } }";
        JourneyLife Begun()
        {
            var begun = new JourneyLife(JourneyPlaybook.Of(1, Flow.Replace("@", "").Replace("%", "10h")));
            begun.Tell(0, "a");
            return begun;
        }

        var stays = Begun();
        stays.Customer.Playbook = JourneyPlaybook.Of(2, Flow.Replace("@", "").Replace("%", "1h"));
        stays.Live(100).ShouldBe(["10 j 1 one>two", "20 j 1 two>end", "20 j 1 Completed by exit at end after 20"]);

        var moved = Begun();
        moved.Customer.Playbook = JourneyPlaybook.Of(2, Flow.Replace("@", "`moves`: { `from`: [1] },").Replace("%", "1h"));
        moved.Tell(5, "b").ShouldBe(["5 j 1 moved 1>2 one>one"]);
        moved.Live(100).ShouldBe(["10 j 1 one>two", "11 j 1 two>end", "11 j 1 Completed by exit at end after 11"]);

        var sent = Begun();
        sent.Customer.Playbook = JourneyPlaybook.Of(3, Flow.Replace("@", "`moves`: { `steps`: { `one`: `end` } },").Replace("%", "1h"));
        sent.Tell(5, "b").ShouldBe(["5 j 1 moved 1>3 one>end", "5 j 1 Completed by exit at end after 5"]);
    }

    [Fact]
    public void A_playbook_that_isnt_at_hand_is_asked_for()
    {
        var life = new JourneyLife(JourneyPlaybook.Of(1, Cart));
        life.Tell(0, "a");
        var next = PlaybookSet.Of(JourneyPlaybook.Of(2, Cart));
        var state = life.Customer.State;
        var request = new TurnRequest { Customer = Lives.Someone, Id = "x", Type = "b", Channel = "web" };

        Customer.Decide(state, request, next, Time.Hour(0.5)).ShouldBe(new TurnOutcome.AskPlaybook(1));
        Customer.Wake(state, next, Time.Hour(2)).ShouldBe(new TurnOutcome.AskPlaybook(1));
        LivingCustomer.BytesOf(state).ShouldBe(life.Customer.Bytes);
        var taking = PlaybookSet.Of(JourneyPlaybook.Of(2, Cart.Replace("`goal`:", "`moves`: {}, `goal`:")));
        Customer.Decide(state, request, taking, Time.Hour(0.5)).ShouldBeOfType<TurnOutcome.Done>();
    }

    [Fact]
    public void What_a_step_names_and_the_playbook_has_no_longer_is_passed_by()
    {
        var life = new JourneyLife(JourneyPlaybook.Of(1, Cart));
        life.Tell(0, "a");
        life.Tell(0, "a", properties: ("cart_id", "2"));
        var document = JourneyPlaybook.Document();
        document["receivers"]!.AsArray().Clear();
        life.Customer.Playbook = Playbook.Parse(System.Text.Encoding.UTF8.GetBytes(document.ToJsonString()), 2).Playbook!;

        life.Live(1).ShouldBe(
        [
            "1 cart 1 hold>letter", "1 cart 2 hold>letter", "1 cart 1 letter>done", "1 cart 1 Completed by exit at done after 1",
            "1 cart 2 letter>done", "1 cart 2 Completed by exit at done after 1",
        ]);
    }

    /// <summary>Beyond the bounds of a turn a run stands at its step and goes on in the next turn, which is due at once.</summary>
    [Fact]
    public void What_is_too_much_for_one_turn_goes_on_in_the_next()
    {
        const string Many = "{ `id`: `@`, `trigger`: { `interaction`: [`a`] }, `start`: `one`, `steps`: { `one`: { `decide`: `panel`, `channel`: `web`, `next`: `two` }, `two`: { `decide`: `panel`, `channel`: `web`, `next`: `end` }, `end`: { `exit`: `completed` } } }";
        var life = new JourneyLife(JourneyPlaybook.Of(1, [.. Enumerable.Range(0, 20).Select(i => Many.Replace("@", $"j{i:00}"))]));

        life.Tell(0, "a").Count(words => words.StartsWith("decided", StringComparison.Ordinal)).ShouldBe(Limits.JourneyDecisions);
        life.Live(0).Count(words => words.StartsWith("decided", StringComparison.Ordinal)).ShouldBe(40 - Limits.JourneyDecisions);
        life.Customer.Turns.Count.ShouldBe(3);
        life.Customer.State.Journeys.Runs.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void No_more_runs_are_under_way_than_a_customer_can_be_in()
    {
        const string Many = "{ `id`: `@`, `trigger`: { `interaction`: [`a`] }, `start`: `one`, `steps`: { `one`: { `wait`: `1h`, `next`: `end` }, `end`: { `exit`: `completed` } } }";
        var life = new JourneyLife(JourneyPlaybook.Of(1, [.. Enumerable.Range(0, 34).Select(i => Many.Replace("@", $"j{i:00}"))]));

        var words = life.Tell(0, "a");
        words.Count(word => word.Contains("entered")).ShouldBe(Limits.JourneyRuns);
        words[^2..].ShouldBe(["0 j32 barred by bounds", "0 j33 barred by bounds"]);
    }

    [Fact]
    public void A_split_takes_its_parts_and_one_run_always_goes_the_same_way()
    {
        const string Split = "{ `id`: `j`, `trigger`: { `interaction`: [`a`] }, `start`: `half`, `steps`: { `half`: { `split`: [{ `percent`: 25, `next`: `left` }, { `percent`: 75, `next`: `right` }] }, `left`: { `exit`: `completed` }, `right`: { `exit`: `converted` } } }";
        var playbooks = PlaybookSet.Of(JourneyPlaybook.Of(1, Split));
        var left = 0;
        for (var i = 0; i < 4_000; i++)
        {
            string Way()
            {
                var state = new CustomerState(new CustomerKey((UInt128)(i + 1)));
                var done = (TurnOutcome.Done)Customer.Decide(state, new TurnRequest { Customer = Lives.Someone, Id = "1", Type = "a", Channel = "web" }, playbooks, Time.Start);
                return done.Turn.Facts.OfType<JourneyLeft>().Single().Step;
            }

            left += Way() == "left" ? 1 : 0;
            Way().ShouldBe(Way());
        }

        left.ShouldBeInRange(900, 1_100);
    }

    [Fact]
    public void Callers_get_their_own_decisions_with_the_number_that_their_receipt_has()
    {
        var life = new JourneyLife(JourneyPlaybook.Of(
            1, "{ `id`: `j`, `trigger`: { `interaction`: [`a`] }, `start`: `one`, `steps`: { `one`: { `decide`: `letter`, `channel`: `mail`, `action`: `never`, `receiver`: `post`, `next`: `end` }, `end`: { `exit`: `completed` } } }"));

        var reply = life.Ask(0, "a", "panel", "panel");

        reply.Decisions.Select(decision => (decision.Action, decision.ReceiptId.Index)).ShouldBe([("always", 1), ("always", 2)]);
        var turn = life.Customer.Story.Single();
        Customer.Reply(life.Customer.Replayed(), turn, life.Customer.Playbook).ShouldBe(reply);
        var receipt = Customer.Explain(life.Customer.Replayed(0), turn, 0, life.Customer.Playbook);
        receipt.Action.ShouldBeNull();
        receipt.Candidates.ShouldHaveSingleItem().Action.ShouldBe("never");
        Customer.Explain(life.Customer.Replayed(0), turn, 2, life.Customer.Playbook).Candidates.Length.ShouldBe(2);
        Customer.WhatIf(life.Customer.Replayed(0), turn, life.Customer.Playbook).Decisions.Select(decision => decision!.ReceiptId.Index).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_decision_of_a_turn_that_nobody_asked_for_recomputes()
    {
        var life = new JourneyLife(JourneyPlaybook.Of(1, Cart));
        life.Tell(0, "a");
        life.Live(1);
        var turn = life.Customer.Story.Last();

        var receipt = Customer.Explain(life.Customer.Replayed(1), turn, 0, life.Customer.Playbook);
        receipt.Action.ShouldBe("always");
        receipt.Channel.ShouldBe("mail");
        receipt.At.ShouldBe(Time.Hour(1));
        var reply = Customer.Reply(life.Customer.Replayed(), turn, life.Customer.Playbook);
        reply.Decisions.ShouldBeEmpty();
        reply.Version.ShouldBe(2);
        Customer.CapHits(life.Customer.Replayed(1), turn, life.Customer.Playbook).ShouldBeEmpty();
        Customer.WhatIf(life.Customer.Replayed(1), turn, life.Customer.Playbook).Turn.ShouldBe(turn);
        var message = turn.Facts.OfType<MessageLeft>().Single();
        message.Fields.ShouldBe(Properties.Of(("orders", "0"), ("what", "nothing")));
    }

    [Fact]
    public void Where_no_journey_is_meant_a_turn_allocates_nothing_for_them()
    {
        var with = PlaybookSet.Of(JourneyPlaybook.Of(1, Cart));
        var without = PlaybookSet.Of(JourneyPlaybook.Of(1, Array.Empty<string>()));
        long Allocated(PlaybookSet playbooks)
        {
            var state = new CustomerState(LivingCustomer.Key);
            var request = new TurnRequest { Customer = Lives.Someone, Id = "1", Type = "b", Channel = "web" };
            var before = 0L;
            for (var i = 0; i < 3; i++)
            {
                state.Reset(LivingCustomer.Key);
                before = GC.GetAllocatedBytesForCurrentThread();
                Customer.Decide(state, request, playbooks, Time.Start);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(with).ShouldBe(Allocated(without));
    }
}
