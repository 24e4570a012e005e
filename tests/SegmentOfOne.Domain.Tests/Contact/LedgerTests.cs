using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>What happens at the bound of the ledger: nothing is chosen that couldn't be counted.</summary>
public sealed class LedgerTests
{
    [Fact]
    public void When_the_ledger_is_full_nothing_is_chosen_that_a_rule_would_count_until_the_oldest_touches_are_held_no_longer()
    {
        var customer = new LivingCustomer(Unlimited());
        for (var i = 0; i < Limits.Touches; i++)
        {
            Ask(customer, Time.Hour(i)).Action.ShouldBe("a_word");
            customer.Answer(
                new TurnRequest
                {
                    Customer = Lives.Someone,
                    Id = $"{i}",
                    Type = "delivered",
                    Channel = "email",
                    Properties = Properties.Of(("receipt_id", new ReceiptId(LivingCustomer.Key, customer.State.Version, 0).ToString())),
                },
                Time.Hour(i));
        }

        var before = customer.State;
        Ask(customer, Time.Hour(Limits.Touches)).Action.ShouldBeNull();
        var receipt = Customer.Explain(before, customer.Story.Last(), 0, customer.Playbook);
        receipt.Candidates.Single(candidate => candidate.Action == "a_word").Rule.ShouldBe("ledger_full");

        Ask(customer, Time.Start + Limits.TouchWindow - TimeSpan.FromMilliseconds(1)).Action.ShouldBeNull();
        Ask(customer, Time.Start + Limits.TouchWindow).Action.ShouldBe("a_word");
        Ask(customer, Time.Start + Limits.TouchWindow).Action.ShouldBeNull();
        LivingCustomer.BytesOf(customer.Replayed()).ShouldBe(customer.Bytes);
    }

    private static Decision Ask(LivingCustomer customer, Instant now) =>
        customer.Answer(new TurnRequest { Customer = Lives.Someone, Channel = "web", Placements = ["letter"] }, now).Decisions.Single();

    /// <summary>One thing to say by e-mail, and no rule against it.</summary>
    private static Playbook Unlimited() => Variant.Of(document =>
    {
        document["placements"]!["letter"] = new JsonObject { ["direction"] = "outbound", ["channels"] = new JsonArray("email") };
        document["actions"]!.AsArray().Add(new JsonObject
        {
            ["id"] = "a_word",
            ["purpose"] = "inform",
            ["placements"] = new JsonArray("letter"),
            ["propensity"] = 1,
            ["value"] = 1,
        });
        document["consent"] = new JsonObject();
        document["contact"]!["caps"] = new JsonArray();
        document["contact"]!["quiet_hours"] = new JsonArray();
    });
}
