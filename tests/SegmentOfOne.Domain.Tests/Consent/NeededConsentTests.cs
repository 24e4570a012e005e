using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Consent;

/// <summary>What nothing was said about, and what has expired, is no grant where the playbook needs one, and no refusal elsewhere.</summary>
public sealed class NeededConsentTests
{
    private int told;

    public static TheoryData<string, string, string?, bool, string?> Cases()
    {
        var cases = new TheoryData<string, string, string?, bool, string?>();
        foreach (var about in new[] { "channel", "purpose" })
        {
            var rule = about == "channel" ? GateRules.ChannelConsent : GateRules.PurposeConsent;
            foreach (var needed in new[] { true, false })
            {
                cases.Add(about, needed ? "needed" : "not needed", null, !needed, needed ? rule : null);
                cases.Add(about, needed ? "needed" : "not needed", "consent_given", true, null);
                cases.Add(about, needed ? "needed" : "not needed", "expired", !needed, needed ? rule : null);
                cases.Add(about, needed ? "needed" : "not needed", "consent_denied", false, rule);
                cases.Add(about, needed ? "needed" : "not needed", "consent_withdrawn", false, rule);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_outbound_touch_needs_what_the_playbook_says(string about, string need, string? said, bool goes, string? rule)
    {
        var customer = new LivingCustomer(Needing(about, need == "needed"));
        var now = Time.Start;
        if (said is not null)
        {
            customer.Answer(Tell(said == "expired" ? "consent_given" : said, about), now);
        }

        now += said == "expired" ? TimeSpan.FromDays(30) : TimeSpan.Zero;
        var decision = Ask(customer, now);
        (decision.Action is not null).ShouldBe(goes);
        customer.State.Consent.For(about == "channel" ? ConsentSubject.Of("email") : ConsentSubject.Of(Purpose.Inform)).Status.ShouldBe(said switch
        {
            null => ConsentStatus.Unknown,
            "expired" => ConsentStatus.Expired,
            "consent_given" => ConsentStatus.Granted,
            "consent_denied" => ConsentStatus.Denied,
            _ => ConsentStatus.Withdrawn,
        });
        var receipt = Customer.Explain(customer.Replayed(customer.Turns.Count - 1), customer.Story.Last(), 0, customer.Playbook);
        receipt.Candidates.ShouldHaveSingleItem().Rule.ShouldBe(rule);
    }

    [Theory]
    [InlineData("channel")]
    [InlineData("purpose")]
    public void A_withdrawal_counts_in_its_own_turn_for_what_is_decided_and_for_what_is_under_way(string about)
    {
        var customer = new LivingCustomer(Needing(about, needed: true));
        customer.Answer(Tell("consent_given", about), Time.Start);
        var reserved = Ask(customer, Time.Start + TimeSpan.FromSeconds(1));
        reserved.HeldUntil.ShouldNotBeNull();

        var reply = customer.Answer(Tell("consent_withdrawn", about) with { Placements = ["letter"] }, Time.Start + TimeSpan.FromSeconds(2));

        reply.Withdrawn.ShouldBe([reserved.ReceiptId]);
        reply.Decisions.Single().Action.ShouldBeNull();
    }

    private static Playbook Needing(string about, bool needed) => Variant.Of(document =>
    {
        document.AsObject().Remove("journeys");
        document["actions"] = new JsonArray(JsonNode.Parse(
            """{ "id": "hello", "purpose": "inform", "placements": ["letter"], "propensity": 1, "value": 1 }"""));
        document["contact"]!["caps"] = new JsonArray();
        document["contact"]!["quiet_hours"] = new JsonArray();
        document["consent"] = new JsonObject
        {
            ["channels"] = needed && about == "channel" ? new JsonArray("email") : new JsonArray(),
            ["purposes"] = needed && about == "purpose" ? new JsonArray("inform") : new JsonArray(),
            ["expires_after"] = "30d",
        };
    });

    private static Domain.Decisions.Decision Ask(LivingCustomer customer, Instant now) =>
        customer.Answer(new TurnRequest { Customer = Lives.Someone, Channel = "email", Placements = ["letter"] }, now).Decisions.Single();

    private TurnRequest Tell(string type, string about) => new()
    {
        Customer = Lives.Someone,
        Id = $"{++told}",
        Type = type,
        Channel = "email",
        Properties = Properties.Of((about, about == "channel" ? "email" : "inform")),
    };
}
