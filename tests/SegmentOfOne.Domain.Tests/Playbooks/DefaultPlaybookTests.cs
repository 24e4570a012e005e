using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Playbooks;

/// <summary>The numbers of the default playbook are those of the domain's contract.</summary>
public sealed class DefaultPlaybookTests
{
    private static readonly Playbook Default = Playbook.Default;

    /// <summary>What happened, with its properties, and what it weighs: involvement, interaction, liked, disliked, influence.</summary>
    public static TheoryData<string, string, double[]> Weights => new()
    {
        { "page_viewed", "", [1, 0, 0, 0, 0] },
        { "page_left", "dwell_seconds=10", [0.1, 0, 0, 0, 0] },
        { "page_left", "dwell_seconds=300", [3, 0, 0, 0, 0] },
        { "page_left", "dwell_seconds=3000", [3, 0, 0, 0, 0] },
        { "page_left", "dwell_seconds=-10", [0, 0, 0, 0, 0] },
        { "page_left", "", [0, 0, 0, 0, 0] },
        { "app_opened", "", [2, 0, 0, 0, 0] },
        { "email_opened", "", [0.25, 0, 0, 0, 0] },
        { "products_searched", "", [1.5, 0, 0, 0, 0] },
        { "store_visited", "", [8, 0, 0, 0, 0] },
        { "product_clicked", "", [0, 2, 0, 0, 0] },
        { "email_clicked", "", [0, 2, 0, 0, 0] },
        { "product_added", "", [0, 4, 0, 0, 0] },
        { "contact_info_given", "", [0, 6, 0, 0, 0] },
        { "comment_posted", "", [0, 8, 0, 0, 0] },
        { "service_contacted", "", [0, 3, 0, 0, 0] },
        { "survey_answered", "", [0, 4, 0, 0, 0] },
        { "survey_answered", "nps=8", [0, 4, 0, 0, 0] },
        { "survey_answered", "nps=9", [0, 4, 0, 0, 10] },
        { "order_completed", "total=10", [0, 15, 0, 0, 0] },
        { "liked", "", [0, 0, 2, 0, 0] },
        { "shared", "", [0, 0, 4, 0, 0] },
        { "shared", "reach=99", [0, 0, 4, 0, 4] },
        { "shared", "reach=-5", [0, 0, 4, 0, 0] },
        { "recovery_confirmed", "", [0, 0, 8, 0, 0] },
        { "complaint_made", "", [0, 0, 0, 10, 0] },
        { "order_refunded", "total=10", [0, 0, 0, 4, 0] },
        { "unsubscribed", "", [0, 0, 0, 6, 0] },
        { "rating_given", "rating=5", [0, 0, 8, 0, 0] },
        { "rating_given", "rating=3", [0, 0, 0, 0, 0] },
        { "rating_given", "rating=1", [0, 0, 0, 8, 0] },
        { "rating_given", "rating=50", [0, 0, 8, 0, 0] },
        { "rating_given", "", [0, 0, 0, 0, 0] },
        { "review_submitted", "rating=2", [0, 8, 0, 4, 6] },
        { "review_submitted", "rating=5 public=false", [0, 8, 8, 0, 0] },
        { "feedback_given", "sentiment=0.5", [0, 8, 4, 0, 0] },
        { "feedback_given", "sentiment=-1", [0, 8, 0, 8, 0] },
        { "feedback_given", "sentiment=-7", [0, 8, 0, 8, 0] },
        { "referral_made", "", [0, 0, 0, 0, 5] },
        { "referral_converted", "", [0, 0, 0, 0, 25] },
    };

    public static TheoryData<string, string, string> Money => new()
    {
        { "order_completed", "total=129.9", "129.9" },
        { "order_completed", "", "0" },
        { "order_refunded", "total=12.34", "-12.34" },
        { "order_refunded", "total=-12.34", "-12.34" },
        { "order_cancelled", "total=5", "-5" },
        { "order_cancelled", "", "0" },
    };

    [Fact]
    public void It_has_no_mistake()
    {
        Playbook.Parse(Playbook.DefaultSource.Span, 1).Errors.ShouldBeEmpty();
        Default.Version.ShouldBe(1);
    }

    [Fact]
    public void Its_scores_age_and_saturate_as_defined()
    {
        Default.Engagement.ShouldBe(new EngagementRules(
            new ScoreRule(TimeSpan.FromDays(7), 20),
            new ScoreRule(TimeSpan.FromDays(30), 30),
            new ScoreRule(TimeSpan.FromDays(60), 15),
            new ScoreRule(TimeSpan.FromDays(180), 40),
            new BlendRule(0.20, 0.30, 0.25, 0.25),
            new ShiftRule(15, TimeSpan.FromHours(24))));
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void Its_interactions_weigh_as_defined(string type, string properties, double[] weights)
    {
        var request = Request(type, properties);
        var earned = Rule(type).Weigh(ScopeOf(request));

        double[] found = [earned.Involvement, earned.Interaction, earned.Liked, earned.Disliked, earned.Influence];
        for (var i = 0; i < weights.Length; i++)
        {
            found[i].ShouldBe(weights[i], 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Money))]
    public void Its_orders_move_money(string type, string properties, string amount)
    {
        Rule(type).Revenue.ShouldNotBeNull().TryAmount(ScopeOf(Request(type, properties)), out var moved).ShouldBeTrue();
        moved.ShouldBe(decimal.Parse(amount));
    }

    [Fact]
    public void Its_stages_are_reached_and_left_as_defined()
    {
        Default.Journey.Forward.Select(rule => $"{rule.To}: {rule.When}").ShouldBe(
        [
            "Advocacy: evidence(\"public_act\", 180d) and influence >= 50 and intimacy >= 40",
            "Cultivation: orders >= 2 or evidence(\"loyalty\") or (since_first_evidence(\"delivery\") >= 30d or since_first_evidence(\"use\") >= 30d) and interaction >= 40",
            "Use: evidence(\"delivery\") or evidence(\"use\")",
            "Purchase: evidence(\"order\")",
            "Interaction: evidence(\"contact_info\") or evidence(\"content\") or evidence(\"contact\")",
            "Attraction: involvement >= 50 or evidence(\"cart\") or evidence(\"wish_list\") or evidence(\"subscription\") or active_days(7d) >= 2",
            "Discovery: distinct_items(14d) >= 3 or evidence(\"search\", 14d)",
            "Awareness: true",
        ]);
        Default.Journey.Back.Select(rule => $"{rule.From} to {rule.To}: {rule.When}").ShouldBe(
        [
            "Advocacy to Cultivation: influence < 35 or intimacy < 25",
            "Cultivation to Use: interaction < 25",
        ]);
        Default.Journey.Lapse.ShouldBe(new LapseRule("lapse", Stage.Purchase, TimeSpan.FromDays(60), 3));
    }

    [Theory]
    [InlineData("nps=6", true)]
    [InlineData("nps=7", false)]
    [InlineData("csat=2", true)]
    [InlineData("csat=3", false)]
    [InlineData("sentiment=-0.5", true)]
    [InlineData("sentiment=-0.4", false)]
    [InlineData("rating=3", false)]
    [InlineData("", false)]
    public void A_survey_opens_a_recovery_as_defined(string properties, bool opens)
    {
        Default.Journey.InRecovery.On.Holds(ScopeOf(Request("survey_answered", properties))).ShouldBe(opens);
    }

    [Theory]
    [InlineData("rating_given", "rating=3", true)]
    [InlineData("rating_given", "rating=4", false)]
    [InlineData("complaint_made", "public=true", true)]
    [InlineData("complaint_made", "", false)]
    public void A_bad_rating_and_a_public_complaint_open_a_recovery(string type, string properties, bool opens)
    {
        Default.Journey.InRecovery.On.Holds(ScopeOf(Request(type, properties))).ShouldBe(opens);
    }

    [Fact]
    public void Every_placement_has_candidates_and_most_actions_sell_nothing()
    {
        Default.Placements.ShouldAllBe(placement => placement.Candidates.Length >= 2);
        Default.Actions.Length.ShouldBeInRange(20, 30);
        Default.Actions.ShouldAllBe(action => action.Treatments.Length > 0 && action.Placements.Length > 0);
        System.Text.Encoding.UTF8.GetString(Playbook.DefaultSource.Span).Split("\"Sells: ").Length.ShouldBe(1 + Default.Actions.Count(action => action.Purpose == Purpose.Sell));
        Default.Actions.Count(action => action.Purpose == Purpose.Sell).ShouldBe(4);
    }

    [Fact]
    public void Someone_new_is_welcomed_and_someone_hurt_is_helped_first()
    {
        var customer = new LivingCustomer(Default);
        Choice(customer, "page_viewed", 0).ShouldBe("welcome");
        Choice(customer, "order_completed", 1).ShouldNotBeNull();
        Choice(customer, "complaint_made", 2).ShouldBe("make_it_right");
        Choice(customer, "recovery_confirmed", 3).ShouldNotBe("make_it_right");
    }

    private static string? Choice(LivingCustomer customer, string type, int hour) => customer.Answer(
        new TurnRequest
        {
            Customer = Lives.Someone,
            Id = type,
            Type = type,
            Channel = "web",
            OccurredAt = Time.Hour(hour),
            Placements = ["home_hero"],
        },
        Time.Hour(hour)).Decisions.Single().Action;

    private static InteractionRule Rule(string type)
    {
        Default.TryInteraction(type, out var rule).ShouldBeTrue();
        return rule!;
    }

    private static Scope ScopeOf(TurnRequest request) =>
        new(new CustomerState(LivingCustomer.Key), default(Scores), request, Time.Start);

    /// <summary>Properties as name=value, apart by spaces.</summary>
    private static TurnRequest Request(string type, string properties) => new()
    {
        Customer = Lives.Someone,
        Type = type,
        Properties = Properties.Of([.. properties.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(property =>
        {
            var parts = property.Split('=');
            return (parts[0], bool.TryParse(parts[1], out var truth) ? (PropertyValue)truth : double.Parse(parts[1]));
        })]),
    };
}
