using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Domain.Tests;

/// <summary>What a turn may allocate and a state may weigh.</summary>
public sealed class BudgetTests
{
    private static readonly string[] Types =
    [
        "page_viewed", "products_searched", "product_viewed", "product_viewed", "product_added", "cart_viewed", "checkout_started",
        "order_completed", "page_viewed", "order_delivered",
    ];

    [Fact]
    public void A_customer_of_twenty_interactions_weighs_at_most_600_bytes()
    {
        After(20).Length.ShouldBeLessThanOrEqualTo(600);
    }

    [Fact]
    public void A_turn_from_bytes_to_bytes_allocates_at_most_640_bytes()
    {
        var state = new CustomerState(LivingCustomer.Key) { Lexicon = new Lexicon() };
        var before = After(20);
        var request = Interaction(20);
        var buffer = new byte[4096];
        void Turn()
        {
            StateFormat.Read(before, LivingCustomer.Key, state);
            var done = (TurnOutcome.Done)Customer.Decide(state, request, PlaybookSet.Of(Playbook.Default), Time.Day(366));
            var writer = new ByteWriter(buffer);
            TurnFormat.Write(done.Turn, ref writer);
            StateFormat.Write(state, ref writer);
            writer.Dispose();
        }

        Allocated(Turn).ShouldBeLessThanOrEqualTo(640);
    }

    [Theory]
    [InlineData("home_hero")]
    [InlineData("email")]
    public void A_decision_allocates_at_most_256_bytes_whatever_stands_for_it(string placement)
    {
        (Asking([placement, placement]) - Asking([placement])).ShouldBeLessThanOrEqualTo(256);
    }

    [Fact]
    public void A_customer_at_every_bound_weighs_less_than_64_KB()
    {
        var state = new CustomerState(LivingCustomer.Key);
        Customer.Evolve(state, new Turn(1, Time.Start, 1, [.. Enumerable.Range(0, Limits.Identifiers).Select(i =>
            new CustomerMet(new Identifier(new string('k', 64), new string('v', 250) + i), Time.Start))]));
        for (var i = 0; i < 6000; i++)
        {
            var at = Time.Start + TimeSpan.FromMilliseconds(i * 40_000_003L);
            Customer.Evolve(state, new Turn(state.Version + 1, at, 1,
            [
                new InteractionObserved(
                    $"{i}",
                    $"{i % 80}".PadLeft(64, 't'),
                    $"{i % 20}".PadLeft(64, 'c'),
                    at,
                    Properties.Of(("item", i)),
                    true,
                    (Evidence)uint.MaxValue,
                    "item"),
                new EngagementEarned(0.1, 0.1, 0.1, 0.1, 0.1, at),
                new EpisodeMoved($"{i}".PadLeft(64, 'é'), EpisodePhase.Ordered, at),
                new StageChanged((Stage)(i % 10), (Stage)((i + 1) % 10), "rule", Evidence.None, at),
            ]));
            if (state.Ids.Older.Count == Limits.FilterBlocks * IdFilter.IdsPerBlock)
            {
                LivingCustomer.BytesOf(state).Length.ShouldBeInRange(32 * 1024, 64 * 1024);
            }
        }

        state.Ids.Older.IsFull.ShouldBeTrue();
        state.Activity.Types.Length.ShouldBe(Limits.ActivityTypes + 1);
        state.Activity.Items.Length.ShouldBe(Limits.RecentItems);
        state.Journey.ActiveDays.Length.ShouldBe(Limits.ActiveDays);
        state.Episodes.Recent.Length.ShouldBe(Limits.Episodes);
        LivingCustomer.BytesOf(StateFormat.Read(LivingCustomer.BytesOf(state), LivingCustomer.Key)).ShouldBe(LivingCustomer.BytesOf(state));
    }

    /// <summary>Bytes that a question allocates.</summary>
    private static long Asking(string[] placements)
    {
        var state = new CustomerState(LivingCustomer.Key) { Lexicon = new Lexicon() };
        var before = After(20);
        var question = new TurnRequest { Customer = Lives.Someone, Channel = "web", Placements = [.. placements] };
        var playbooks = PlaybookSet.Of(Playbook.Default);
        TurnOutcome Ask()
        {
            StateFormat.Read(before, LivingCustomer.Key, state);
            return Customer.Decide(state, question, playbooks, Interaction(20).OccurredAt!.Value);
        }

        // Later something would be due first, and nothing decided.
        Ask().ShouldBeOfType<TurnOutcome.Done>().Reply.Decisions.Length.ShouldBe(placements.Length);
        return Allocated(() => Ask());
    }

    /// <summary>Bytes that something allocates each time, in the cheapest of some rounds: code that isn't optimised yet boxes what later
    /// costs nothing, and when it is optimised depends on the machine.</summary>
    private static long Allocated(Action something)
    {
        const int Rounds = 6, Times = 200;
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Times; i++)
            {
                something();
            }

            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / Times);
        }

        return least;
    }

    private static byte[] After(int count)
    {
        var customer = new LivingCustomer(Playbook.Default);
        for (var i = 0; i < count; i++)
        {
            customer.Answer(Interaction(i), Time.Day(366));
        }

        return customer.Bytes;
    }

    private static TurnRequest Interaction(int i) => new()
    {
        Customer = new Identifier("user_id", "customer-4711"),
        Id = $"0198-7f3a-{i:d8}",
        Type = Types[i % Types.Length],
        Channel = i % 3 == 0 ? "app" : "web",
        OccurredAt = Time.Start + TimeSpan.FromMinutes(37 * i * i),
        Properties = Properties.Of(("product_id", $"sku-{i}"), ("order_id", $"order-{i / 10}"), ("total", 139.12)),
    };
}
