using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Clocks;

/// <summary>Turns that nobody asks for.</summary>
public sealed class WakeTests
{
    private static readonly Playbook Expiring = Variant.Of(json => json["consent"]!["expires_after"] = "30d");

    /// <summary>What journeys decide goes by the time at which it is decided, so that late it may be another; else they are in <see cref="Journeys.JourneySimulationTests"/>.</summary>
    private static readonly Playbook WithoutJourneys = Variant.Of(document => document.AsObject().Remove("journeys"));

    private int told;

    [Fact]
    public void What_is_due_comes_out_the_same_on_time_and_late()
    {
        Property.Holds(Lives.Lived(40), life =>
        {
            var (late, punctual) = (new LivingCustomer(WithoutJourneys), new LivingCustomer(WithoutJourneys));
            foreach (var asked in life)
            {
                // What was told late happened before things that are due by now; so those who are punctual have them before, others after.
                var request = asked.Request.Type is null ? asked.Request : asked.Request with { OccurredAt = asked.Now };
                late.Ask(request, asked.Now);
                Live(punctual, asked.Now);
                punctual.Ask(request, asked.Now);
            }

            late.WakeAll(Time.Day(900));
            Live(punctual, Time.Day(900));
            punctual.Story.Select(Told).ShouldBe(late.Story.Select(Told));
            punctual.Bytes.ShouldBe(late.Bytes);
            late.Replayed().Clock.ShouldBe(late.State.Clock);
            LivingCustomer.BytesOf(late.Replayed()).ShouldBe(late.Bytes);
        }, times: 25);
    }

    [Fact]
    public void When_nothing_is_due_a_question_finds_everything_as_it_should_be()
    {
        var told = 0;
        Property.Holds(Lives.Lived(30), life =>
        {
            var customer = new LivingCustomer(Playbook.Default);
            foreach (var asked in life)
            {
                customer.Ask(asked.Request, asked.Now);
                customer.WakeAll(asked.Now);
                if (customer.Ask(Lives.Question(0) with { Placements = ["home_hero"] }, asked.Now) is TurnOutcome.Done done)
                {
                    // A run that was entered while one of its exit criteria held ends in the next turn.
                    done.Turn.Facts.ShouldAllBe(fact => fact is DecisionsAsked || fact is Decided || fact is JourneyLeft);
                    told++;
                }

                foreach (var rule in Playbook.Default.Segments.Where(rule => rule.When is not null))
                {
                    var state = customer.State;
                    var at = Instant.Later(state.Clock, asked.Now);
                    state.Segments.Has(rule.Name).ShouldBe(rule.When!.Holds(new Scope(state, state.Scores(Playbook.Default.Engagement, at), null, at)), rule.Name);
                }
            }
        }, times: 25);
        told.ShouldBeGreaterThan(200);
    }

    [Fact]
    public void A_consent_that_was_given_expires_and_a_refusal_of_the_same_time_still_counts()
    {
        var customer = new LivingCustomer(Expiring);
        Tell(customer, "consent_given", Time.Day(0), ("purpose", "sell"), ("channel", "email"), ("location", true));
        Tell(customer, "consent_denied", Time.Day(0), ("purpose", "ask"));
        Customer.NextDue(customer.State, customer.Set, Time.Day(29.9999)).ShouldBe(Time.Day(30));

        customer.WakeAll(Time.Day(40));
        var turn = customer.Story.Last();
        turn.Facts.ShouldBe(
        [
            new TimeCame(Time.Day(30)),
            new ConsentExpired(ConsentSubject.Of(Purpose.Sell), Time.Day(30)),
            new ConsentExpired(ConsentSubject.Location, Time.Day(30)),
            new ConsentExpired(ConsentSubject.Of("email"), Time.Day(30)),
        ]);
        customer.State.Consent.For(Purpose.Sell).Status.ShouldBe(ConsentStatus.Expired);
        customer.State.Consent.For(Purpose.Ask).Status.ShouldBe(ConsentStatus.Denied);
        Customer.NextDue(customer.State, customer.Set).ShouldBeNull();

        // Told late, of the time of the grant: the stricter counts; the grant alone, told again, is over.
        Tell(customer, "consent_withdrawn", Time.Day(0), Time.Day(41), ("purpose", "sell"));
        Tell(customer, "consent_given", Time.Day(0), Time.Day(41), ("channel", "email"));
        customer.State.Consent.For(Purpose.Sell).Status.ShouldBe(ConsentStatus.Withdrawn);
        customer.State.Consent.On("email").Status.ShouldBe(ConsentStatus.Expired);
        Tell(customer, "consent_given", Time.Day(42), ("channel", "email"));
        customer.State.Consent.On("email").IsGranted.ShouldBeTrue();
    }

    [Fact]
    public void A_reservation_that_nobody_reports_is_released_once_when_it_runs_out()
    {
        var customer = new LivingCustomer(Playbook.Default);
        Tell(customer, "consent_given", Time.Day(0), ("channel", "email"));
        var question = new TurnRequest { Customer = Lives.Someone, Channel = "web", Placements = ["email"] };
        customer.Answer(question, Time.Hour(1)).Decisions.Single().Action.ShouldNotBeNull();
        customer.WakeAll(Time.Hour(24.999)).ShouldBe(0);
        customer.WakeAll(Time.Hour(30)).ShouldBe(1);
        customer.Story.Last().Facts.ShouldBe([new TimeCame(Time.Hour(25)), new TouchReleased(2, 0)]);
        customer.WakeAll(Time.Day(10)).ShouldBe(0);
    }

    [Fact]
    public void Another_playbook_is_followed_at_the_customers_clock()
    {
        var customer = new LivingCustomer(Playbook.Default);
        Tell(customer, "order_completed", Time.Day(0));
        customer.WakeAll(Time.Day(100));
        customer.Playbook = Variant.Of(json =>
        {
            json["segments"]!["buyers"] = new System.Text.Json.Nodes.JsonObject { ["when"] = "orders >= 1" };
            json["segments"]!.AsObject().Remove("regulars");
        }, version: 2);
        var clock = customer.State.Clock;
        Customer.NextDue(customer.State, customer.Set).ShouldBe(clock);
        customer.WakeAll(clock).ShouldBe(1);
        customer.WakeAll(Time.Day(101)).ShouldBe(0);
        customer.Story.Last().Facts.ShouldBe([new TimeCame(clock), new SegmentEntered("buyers", clock)]);
    }

    [Fact]
    public void Looking_for_what_is_due_allocates_nothing()
    {
        var customer = new LivingCustomer(Expiring);
        for (var i = 0; i < 20; i++)
        {
            Tell(customer, i % 5 == 4 ? "order_completed" : "product_viewed", Time.Day(i), ("product_id", $"p{i}"));
        }

        var (state, set, least) = (customer.State, customer.Set, long.MaxValue);
        for (var round = 0; round < 6; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                Customer.NextDue(state, set).ShouldNotBeNull();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.ShouldBe(0);
    }

    /// <summary>Wakes the customer whenever something may be due, up to a time.</summary>
    private static void Live(LivingCustomer customer, Instant until)
    {
        Instant? from = null;
        while (Customer.NextDue(customer.State, customer.Set, from) is { } due && due <= until)
        {
            if (customer.Wake(due) is TurnOutcome.Done done)
            {
                done.Turn.Facts.OfType<TimeCame>().Single().Due.ShouldBe(due);
                from = null;
            }
            else
            {
                due.ShouldBeGreaterThan(from ?? customer.State.Clock);
                from = due;
            }
        }
    }

    private static string Told(Turn turn) => $"{turn.Version}: {string.Join(", ", turn.Facts)}";

    private void Tell(LivingCustomer customer, string type, Instant at, params (string, PropertyValue)[] properties) =>
        Tell(customer, type, at, at, properties);

    private void Tell(LivingCustomer customer, string type, Instant at, Instant now, params (string, PropertyValue)[] properties) => customer.Answer(
        new TurnRequest { Customer = Lives.Someone, Id = $"{told++}", Type = type, Channel = "web", OccurredAt = at, Properties = Properties.Of(properties) },
        now);
}
