using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Consent;

public sealed class ConsentPropertyTests
{
    /// <summary>So many that a merge of two finds no room for some.</summary>
    private const int ManyChannels = 60;

    private static readonly string[] Types =
    [
        "consent_given", "consent_denied", "consent_withdrawn", "do_not_contact", "contact_allowed", "do_not_track", "tracking_allowed",
        "do_not_personalise", "personalisation_allowed",
    ];

    private static Gen<TurnRequest> AnyStatement { get; } =
        from type in Gen.Elements(Types)
        from channel in Gen.Elements("web", "store", "")
        from hour in Gen.Choose(0, 8)
        from purpose in Gen.Elements("", "sell", "care", "world domination")
        from about in Gen.Elements("", "email", "sms")
        from location in Gen.Elements(true, false)
        from proof in Gen.Elements("", "form-1", "form-2")
        from source in Gen.Elements("", "", "paper")
        select new TurnRequest
        {
            Customer = Lives.Someone,
            Type = type,
            Channel = channel,
            OccurredAt = Time.Hour(hour),
            Properties = Properties.Of(("purpose", purpose), ("channel", about), ("location", location), ("proof", proof), ("source", source)),
        };

    [Fact]
    public void What_may_be_done_is_what_was_said_last_in_whatever_order_it_was_told()
    {
        var stories = from count in Gen.Choose(1, 40)
                      from statements in Gen.ListOf(AnyStatement, count)
                      from order in Gen.Shuffle(Enumerable.Range(0, count).ToArray())
                      from again in Gen.Choose(0, count - 1)
                      select (Statements: statements.Select((each, i) => each with { Id = $"{i}" }).ToArray(), order, again);
        Property.Holds(stories, story =>
        {
            var customer = Told(story.Statements);
            var other = Told([.. story.order.Select(i => story.Statements[i]), story.Statements[story.again]]);
            ConsentText.Of(other.State.Consent).ShouldBe(ConsentText.Of(customer.State.Consent));
            LivingCustomer.BytesOf(customer.Replayed()).ShouldBe(customer.Bytes);
            foreach (var subject in (ConsentSubject[])[.. ConsentSubject.Fixed, ConsentSubject.Of("email"), ConsentSubject.Of("sms")])
            {
                var record = customer.State.Consent.For(subject);
                Naive(subject, story.Statements).ShouldBe(
                    record.Status == ConsentStatus.Unknown ? null : (record.Status, record.At, record.Origin?.Source ?? "", record.Origin?.Proof ?? ""));
            }
        });
    }

    [Fact]
    public void The_stricter_of_two_consents_is_that_whoever_is_asked_first()
    {
        var three = from a in Statements.State(80, ManyChannels)
                    from b in Statements.State(80, ManyChannels)
                    from c in Statements.State(80, ManyChannels)
                    select (a, b, c);
        var crowded = 0;
        Property.Holds(three, states =>
        {
            var (a, b, c) = states;
            var both = ConsentState.Stricter(a, b);
            ConsentText.Of(both).ShouldBe(ConsentText.Of(ConsentState.Stricter(b, a)));
            ConsentText.Of(ConsentState.Stricter(both, c)).ShouldBe(ConsentText.Of(ConsentState.Stricter(a, ConsentState.Stricter(b, c))));
            ConsentText.Of(ConsentState.Stricter(a, a)).ShouldBe(ConsentText.Of(a));
            ConsentText.Of(ConsentState.Stricter(a, new ConsentState())).ShouldBe(ConsentText.Of(a));
            both.Channels.Length.ShouldBeLessThanOrEqualTo(Limits.ConsentChannels);
            crowded += a.Channels.ToArray().Concat(b.Channels.ToArray()).DistinctBy(each => each.Channel).Count() > Limits.ConsentChannels ? 1 : 0;
        }, times: 500);
        crowded.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Of_each_thing_a_refusal_counts_before_a_grant_that_before_one_expired_and_of_two_alike_the_later_with_its_proof()
    {
        Property.Holds(Statements.State(40, channels: 4).Two(), pair =>
        {
            var (a, b) = pair;
            var both = ConsentState.Stricter(a, b);
            foreach (var subject in ConsentSubject.Fixed.Concat(Enumerable.Range(1, 4).Select(i => ConsentSubject.Of($"channel {i}"))))
            {
                ConsentRecord[] two = [a.For(subject), b.For(subject)];
                both.For(subject).ShouldBe(two
                    .OrderByDescending(each => each.IsRefused ? 3 : each.IsGranted ? 2 : each.Status == ConsentStatus.Expired ? 1 : 0)
                    .ThenByDescending(each => each.At)
                    .ThenByDescending(each => each.Status)
                    .ThenByDescending(each => each.Origin?.Source ?? "", StringComparer.Ordinal)
                    .ThenByDescending(each => each.Origin?.Proof ?? "", StringComparer.Ordinal)
                    .ThenByDescending(each => each.Origin?.PolicyVersion ?? "", StringComparer.Ordinal)
                    .First());
            }
        }, times: 300);
    }

    [Fact]
    public void Where_refusals_of_two_find_no_room_nobody_is_contacted_because_one_was_forgotten()
    {
        var a = Refusing(1, Limits.ConsentChannels);
        var b = Refusing(Limits.ConsentChannels + 1, 1);
        a.DoNotContact.ShouldBeFalse();
        var both = ConsentState.Stricter(a, b);
        (both.Channels.Length, both.DoNotContact).ShouldBe((Limits.ConsentChannels, true));
        both.Tell(new ConsentTold(ConsentSubject.Contact, ConsentStatus.Granted, Time.Start));
        both.DoNotContact.ShouldBeFalse();

        static ConsentState Refusing(int first, int count) => Statements.Told(
            Enumerable.Range(first, count).Select(i => new ConsentTold(ConsentSubject.Of($"channel {i}"), ConsentStatus.Denied, Time.Start)));
    }

    private static LivingCustomer Told(IEnumerable<TurnRequest> statements)
    {
        var customer = new LivingCustomer(Playbook.Default);
        foreach (var statement in statements)
        {
            customer.Ask(statement, Time.Day(1));
        }

        return customer;
    }

    /// <summary>The last that was said about a thing, of those at one time the strictest, of those the one whose origin stands last in the alphabet.</summary>
    private static (ConsentStatus Status, Instant At, string Source, string Proof)? Naive(ConsentSubject subject, IEnumerable<TurnRequest> statements) =>
        statements.Where(each => IsAbout(subject, each)).Select(each => (
            Status: each.Type is "consent_withdrawn" ? ConsentStatus.Withdrawn
                : each.Type is "consent_given" || each.Type!.EndsWith("allowed", StringComparison.Ordinal) ? ConsentStatus.Granted
                : ConsentStatus.Denied,
            At: each.OccurredAt!.Value,
            Source: Said(each, "source") is { Length: > 0 } source ? source : each.Channel,
            Proof: Said(each, "proof")))
        .OrderByDescending(each => each.At).ThenByDescending(each => each.Status)
        .ThenByDescending(each => each.Source, StringComparer.Ordinal).ThenByDescending(each => each.Proof, StringComparer.Ordinal)
        .Select(each => ((ConsentStatus, Instant, string, string)?)each).FirstOrDefault();

    private static bool IsAbout(ConsentSubject subject, TurnRequest statement)
    {
        if (!statement.Type!.StartsWith("consent", StringComparison.Ordinal))
        {
            return subject.Kind == statement.Type switch
            {
                "do_not_contact" or "contact_allowed" => ConsentKind.Contact,
                "do_not_track" or "tracking_allowed" => ConsentKind.Tracking,
                _ => ConsentKind.Personalisation,
            };
        }

        var location = statement.Properties.TryGet("location", out var named) && named.Truth;
        var (purpose, channel) = (Said(statement, "purpose"), Said(statement, "channel"));
        var all = statement.Type != "consent_given" && (purpose == "world domination" || (purpose == "" && channel == "" && !location));
        return subject.Kind switch
        {
            ConsentKind.Purpose => all || string.Equals(purpose, subject.Purpose.ToString(), StringComparison.OrdinalIgnoreCase),
            ConsentKind.Location => all || location,
            ConsentKind.Channel => channel == subject.Channel,
            _ => false,
        };
    }

    private static string Said(TurnRequest statement, string property) => statement.Properties.TryGet(property, out var value) ? value.Text : "";
}
