using System.Security.Cryptography;
using System.Text;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Playbooks;

public sealed class PlaybookTests
{
    private static readonly Playbook Tiny = TinyPlaybook.Parse(TinyPlaybook.Json);

    [Fact]
    public void A_playbook_says_what_its_document_says()
    {
        Tiny.Name.ShouldBe("tiny");
        Tiny.Currency.ShouldBe("EUR");
        Tiny.Engagement.Influence.ShouldBe(new ScoreRule(TimeSpan.FromDays(180), 40));
        Tiny.Interactions.Select(rule => rule.Type).ShouldBe(["ordered", "rated", "viewed"]);
        Tiny.TryInteraction("ordered", out var ordered).ShouldBeTrue();
        ordered!.Evidence.ShouldBe(Evidence.Order);
        ordered.Episode.ShouldBe(new EpisodeRule("order_id", EpisodePhase.Ordered));
        ordered.Revenue!.Text.ShouldBe("property(\"total\")");
        Tiny.TryInteraction("viewed", out var viewed).ShouldBeTrue();
        viewed!.ItemProperty.ShouldBe("product_id");
        Tiny.TryInteraction("heard", out _).ShouldBeFalse();
        Tiny.Journey.Forward.Select(rule => rule.Name).ShouldBe(["forward.purchase", "forward.awareness"]);
        Tiny.Journey.Back.ShouldHaveSingleItem().Name.ShouldBe("back.purchase.awareness");
        Tiny.Journey.Lapse.ShouldBe(new LapseRule("lapse", Stage.Purchase, TimeSpan.FromDays(60), 3));
        Tiny.Journey.AtRisk.Name.ShouldBe("overlays.at_risk");
        Tiny.Journey.InRecovery.Off.Text.ShouldBe("type = \"rated\"");
        Tiny.TryPlacement("home", out var home).ShouldBeTrue();
        home!.Candidates.ShouldBe(Tiny.Actions);
        Tiny.TryPlacement("cellar", out _).ShouldBeFalse();
        var treatment = Tiny.Actions.ShouldHaveSingleItem().Treatments.ShouldHaveSingleItem();
        treatment.Content.ShouldBe([new("title", new ContentRule("Hello", ContentFormat.Html))]);
    }

    [Fact]
    public void It_keeps_its_document_byte_for_byte_under_its_hash()
    {
        var document = Encoding.UTF8.GetBytes(TinyPlaybook.Json);

        Playbook.Parse(document, 7).Playbook!.Version.ShouldBe(7);
        Tiny.Source.ToArray().ShouldBe(document);
        Tiny.Hash.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(document)));
        TinyPlaybook.Parse(TinyPlaybook.Json + "\n").Hash.ShouldNotBe(Tiny.Hash);
    }

    [Fact]
    public void A_byte_order_mark_is_no_mistake()
    {
        TinyPlaybook.Read("\uFEFF" + TinyPlaybook.Json).Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Candidates_stand_in_ordinal_order_of_id()
    {
        var others = string.Concat(new[] { "b", "a", "B", "a1", "_" }.Select(id =>
            $$"""{ "id": "x{{id}}", "purpose": "inform", "placements": ["home"], "propensity": 1, "value": 1 },"""));
        var playbook = TinyPlaybook.Parse(TinyPlaybook.With("\"actions\": [", "\"actions\": [" + others));

        playbook.TryPlacement("home", out var home).ShouldBeTrue();
        home!.Candidates.Select(action => action.Id).ShouldBe(["greet", "xB", "x_", "xa", "xa1", "xb"]);
    }

    [Fact]
    public void A_placement_serves_the_channels_that_it_names_or_all()
    {
        Tiny.TryPlacement("home", out var home).ShouldBeTrue();
        home!.Serves("web").ShouldBeTrue();
        home.Serves("app").ShouldBeFalse();

        TinyPlaybook.Parse(TinyPlaybook.With("\"channels\": [\"web\"]", "")).TryPlacement("home", out var anywhere).ShouldBeTrue();
        anywhere!.Serves("app").ShouldBeTrue();
    }

    [Theory]
    [InlineData("web", 2.0, 1.2)]
    [InlineData("app", 2.0, 1.0)]
    public void An_action_gives_its_factors(string channel, double value, double context)
    {
        var action = Tiny.Actions[0];
        var scope = ScopeOf(channel);

        action.Prior(scope).ShouldBe(0.5);
        action.ContextFactor(scope).ShouldBe(context);
        action.Worth(scope).ShouldBe(value);
        action.LeverFactor(scope).ShouldBe(1.1);
        action.TreatmentFor(scope)!.Id.ShouldBe("warm");
    }

    [Theory]
    [InlineData("3", 1)]
    [InlineData("0 - 3", 0)]
    [InlineData("1 / 0", 0)]
    public void A_propensity_is_held_within_a_probability(string text, double prior)
    {
        var playbook = TinyPlaybook.Parse(TinyPlaybook.With("\"propensity\": 0.5", $"\"propensity\": \"{text}\""));

        playbook.Actions[0].Prior(ScopeOf("web")).ShouldBe(prior);
    }

    [Fact]
    public void The_first_treatment_that_fits_is_used_and_there_may_be_none()
    {
        TreatmentRule? Used(string treatments) => TinyPlaybook.Parse(TinyPlaybook.With("\"treatments\": [", "\"treatments\": [" + treatments))
            .Actions[0].TreatmentFor(ScopeOf("web"));

        Used("""{ "id": "never", "when": "orders > 5", "content": {} }, { "id": "always", "content": {} },""")!.Id.ShouldBe("always");
        Used("""{ "id": "never", "when": "orders > 5", "content": {} },""")!.Id.ShouldBe("warm");
        TinyPlaybook.Parse(TinyPlaybook.With("orders = 0", "orders > 5")).Actions[0].TreatmentFor(ScopeOf("web")).ShouldBeNull();
    }

    [Theory]
    [InlineData("7", 16, 0)]
    [InlineData("-2", 0, 20)]
    [InlineData("5", 8, 0)]
    [InlineData("1000000", 1000, 0)]
    [InlineData("-1000000", 0, 1000)]
    [InlineData("bad", 0, 0)]
    public void The_sign_of_an_intimacy_picks_its_side(string rating, double liked, double disliked)
    {
        Tiny.TryInteraction("rated", out var rule).ShouldBeTrue();
        var request = new TurnRequest { Customer = Lives.Someone, Type = "rated", Properties = Properties.Of(("rating", rating)) };
        var earned = rule!.Weigh(new Scope(new CustomerState(LivingCustomer.Key), default(Scores), request, Time.Start));

        (earned.Liked, earned.Disliked).ShouldBe((liked, disliked));
    }

    [Theory]
    [InlineData("7d", 7 * 24 * 3600)]
    [InlineData("24h", 24 * 3600)]
    [InlineData("10m", 600)]
    [InlineData("0s", 0)]
    [InlineData("3650d", 3650 * 24 * 3600)]
    public void A_duration_is_a_whole_number_and_a_unit(string text, long seconds)
    {
        DurationText.TryParse(text, out var duration).ShouldBeTrue();
        duration.ShouldBe(TimeSpan.FromSeconds(seconds));
        DurationText.TryParse(DurationText.Render(duration), out var again).ShouldBeTrue();
        again.ShouldBe(duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("7")]
    [InlineData("7D")]
    [InlineData("-7d")]
    [InlineData("7.5d")]
    [InlineData(" 7d")]
    [InlineData("1d2h")]
    [InlineData("3651d")]
    [InlineData("99999999999d")]
    [InlineData("999999999999d")]
    public void What_is_no_duration_is_not_read_as_one(string text)
    {
        DurationText.TryParse(text, out _).ShouldBeFalse();
    }

    private static Scope ScopeOf(string channel) => new(
        new CustomerState(LivingCustomer.Key), default(Scores), new TurnRequest { Customer = Lives.Someone, Channel = channel }, Time.Start);
}
