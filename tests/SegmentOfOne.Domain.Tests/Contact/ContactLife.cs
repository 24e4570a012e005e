using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;

namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>A customer that lives in a random shop, and beside it the naive model of the same life; after each step they must agree.</summary>
internal sealed class ContactLife(Shop shop, Instant began, LifeCounts counts)
{
    private static readonly string[] Reports = ["delivered", "delivered", "delivered", "bounced", "seen", "accepted", "dismissed"];

    private static readonly string[] Zones = [.. NaiveContact.Offsets.Keys, "Middle/Earth"];

    private readonly LivingCustomer customer = new(shop.Playbook(version: 1));
    private readonly NaiveContact naive = new() { Shop = shop };
    private readonly List<TurnRequest> told = [];
    private Instant now = began;

    public void Publish(Shop next)
    {
        naive.Shop = next;
        customer.Playbook = next.Playbook(version: 2);
    }

    public void Take(LifeStep step)
    {
        now += TimeSpan.FromMinutes(step.Minutes);
        var request = RequestOf(step);
        var outcome = customer.Ask(request, now);
        if (request.Id.Length > 0 && told.Exists(each => each.Id == request.Id))
        {
            outcome.ShouldBeOfType<TurnOutcome.Repeated>();
            counts.Repeated++;
            return;
        }

        var done = outcome.ShouldBeOfType<TurnOutcome.Done>();
        naive.Told(request, done.Turn.Version, request.OccurredAt ?? now, now);
        var stopped = naive.Withdraw(now).Select(touch => touch.Receipt).ToList();
        done.Reply.Withdrawn.Select(id => id.ToString()).ShouldBe(stopped);
        counts.Withdrawn += stopped.Count;
        for (var i = 0; i < done.Reply.Decisions.Length; i++)
        {
            Check(done, i, customer.Before);
        }

        if (request.Id.Length > 0)
        {
            told.Add(request);
        }
    }

    public void ReplayIsLive() => LivingCustomer.BytesOf(customer.Replayed()).ShouldBe(customer.Bytes);

    private void Check(TurnOutcome.Done done, int index, byte[] before)
    {
        var decision = done.Reply.Decisions[index];
        var place = naive.Shop.Places.Single(each => each.Name == decision.Placement);
        var receipt = Customer.Explain(StateFormat.Read(before, LivingCustomer.Key), done.Turn, index, customer.Playbook);
        ShopAction? best = null;
        foreach (var action in naive.Shop.Actions)
        {
            var candidate = receipt.Candidates.Single(each => each.Action == action.Id);
            var passes = candidate.Verdict is Verdict.Chosen or Verdict.Outranked;
            if (naive.Allows(action, place, now) == !passes)
            {
                Assert.Fail($"{action} at {place}, {now}: {(passes ? "passes and must not" : "does not pass and may")}\n{receipt.ToText()}");
            }

            counts.HeldBack += candidate.Verdict == Verdict.HeldBack ? 1 : 0;
            best = passes && !(best?.Worth >= action.Worth) ? action : best;
        }

        decision.Action.ShouldBe(best?.Id);
        if (best is null)
        {
            counts.Nothing++;
            return;
        }

        counts.Chosen++;
        counts.Overridden += best.Purpose == Purpose.Sell && naive.Overridden(place, now) ? 1 : 0;
        naive.Chose(decision.ReceiptId.ToString(), done.Turn.Version, best, place, now);
    }

    private TurnRequest RequestOf(LifeStep step)
    {
        var channel = Shop.Channels[step.Pick % Shop.Channels.Length];
        var places = naive.Shop.Places.Where((place, i) => (step.Places & (1 << i)) != 0 && place.Channel == channel).Select(place => place.Name);
        var request = new TurnRequest { Customer = Lives.Someone, Channel = channel, Placements = [.. places] };
        return step.Kind switch
        {
            < 12 => request.Placements.IsEmpty ? request with { Channel = "web", Placements = ["shelf", "screen", "shelf"] } : request,
            < 20 when naive.Touches.Count > 0 => Told(request, step, Reports[step.Pick % Reports.Length], ("receipt_id", ReceiptOf(step))),
            20 => Told(request, step, "complaint_made", ("public", step.Pick % 2 == 0)),
            21 => Told(request, step, "recovery_confirmed"),
            22 => Told(request, step, "order_completed", ("total", 10)),
            23 => Told(request, step, step.Pick % 3 == 0 ? "product_added" : "quote_requested"),
            24 => Told(request, step, step.Pick % 3 == 0 ? "do_not_contact" : "contact_allowed"),
            25 => Told(request, step, step.Pick % 3 == 0 ? "consent_withdrawn" : "consent_given", ("channel", channel)),
            26 => Told(request, step, step.Pick % 3 == 0 ? "consent_withdrawn" : "consent_given", ("purpose", step.Pick % 2 == 0 ? "sell" : "care")),
            27 => Told(request, step, "page_viewed", ("time_zone", Zones[step.Pick % Zones.Length])),
            // The naive model doesn't hear it: consent, caps, quiet hours and locks go by the real customer all the same.
            29 => Told(request, step, step.Pick % 3 == 0 ? "personalisation_allowed" : "do_not_personalise"),
            28 when told.Count > 0 => told[step.Pick % told.Count],
            _ => Told(request, step, "page_viewed"),
        };
    }

    /// <summary>Mostly of one of the latest touches.</summary>
    private string ReceiptOf(LifeStep step) => naive.Touches[Math.Max(0, naive.Touches.Count - 1 - step.Pick % (step.Pick % 5 == 0 ? 40 : 5))].Receipt;

    private TurnRequest Told(TurnRequest request, LifeStep step, string type, params (string, PropertyValue)[] properties) => request with
    {
        Id = $"{told.Count + 1}",
        Type = type,
        OccurredAt = step.Late == 0 ? null : now - TimeSpan.FromMinutes(step.Late),
        Properties = Properties.Of(properties),
    };
}
