using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.LoadTest.Verify;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Tests.Verify;

public sealed class StoryTests
{
    [Fact]
    public void Turns_add_up_to_a_version_a_stage_and_exact_money()
    {
        var story = Tell(
            Turn(1, Observed("a"), Moved("unknown", "awareness")),
            Turn(2, Observed("b"), Money("10.10"), Moved("awareness", "purchase")),
            Turn(3, Observed("c"), Money("-0.105")));
        (story.Version, story.Stage, story.Revenue, story.Returned).ShouldBe((3UL, Stage.Purchase, 10.10m, -0.105m));
        story.Ids.Order().ShouldBe(["a", "b", "c"]);
        story.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void A_gap_a_repeat_and_a_move_from_elsewhere_are_faults()
    {
        Tell(Turn(1, Observed("a")), Turn(3, Observed("b"))).Faults.ShouldBe(["turn 3 follows turn 1"]);
        Tell(Turn(2)).Faults.ShouldBe(["turn 2 follows turn 0"]);
        Tell(Turn(1, Observed("a")), Turn(2, Observed("a"))).Faults.ShouldBe(["interaction a was observed twice"]);
        Tell(Turn(1, Moved("use", "lapsed"))).Faults.ShouldBe(["a move from Use while in Unknown"]);
    }

    [Fact]
    public void Turns_of_time_segments_and_runs_of_journeys_add_up_too()
    {
        var story = Tell(
            Turn(1, Observed("a"), Segment("segment_entered", "regulars"), Step("journey_entered", 1), Step("journey_stepped", 1, "", "wait")),
            Turn(2, new Fact { Name = "time_came" }, Segment("segment_left", "regulars"), Segment("segment_entered", "happy"), Step("journey_stepped", 1, "wait", "ask")),
            Turn(3, Observed("b"), Step("journey_entered", 2), Step("journey_stepped", 2, "", "wait"), Left(1, "ask")));
        story.Faults.ShouldBeEmpty();
        (story.Version, story.ClockTurns).ShouldBe((3UL, 1UL));
        story.Segments.ShouldBe(["happy"]);
        story.Runs.ShouldBe(new Dictionary<ulong, string> { [2] = "carts/wait" });
    }

    [Fact]
    public void Leaving_where_one_is_not_and_stepping_from_elsewhere_are_faults()
    {
        Tell(Turn(1, Segment("segment_left", "regulars"))).Faults.ShouldHaveSingleItem().ShouldStartWith("turn 1: segment_left");
        Tell(Turn(1, Step("journey_entered", 1), Step("journey_stepped", 1, "ask", "wait"))).Faults.ShouldHaveSingleItem().ShouldStartWith("turn 1: journey_stepped");
        Tell(Turn(1, Left(1, "ask"))).Faults.ShouldHaveSingleItem().ShouldStartWith("turn 1: journey_left");
    }

    [Fact]
    public void Flows_balance_when_customers_are_where_their_moves_led()
    {
        var mover = Tell(Turn(1, Moved("unknown", "awareness")), Turn(2, Moved("awareness", "purchase")));
        var stayer = Tell(Turn(1, Moved("unknown", "awareness")));
        var flows = new StageFlows();
        flows.Add(mover, Stage.Purchase);
        flows.Add(stayer, Stage.Awareness);
        flows.Balance.ShouldBeTrue();
        flows.Stages[Stage.Unknown].ShouldBe((2, 2, 0));
        flows.Stages[Stage.Awareness].ShouldBe((2, 1, 1));
        flows.Stages[Stage.Purchase].ShouldBe((1, 0, 1));

        flows.Add(stayer, Stage.Purchase);
        flows.Balance.ShouldBeFalse();
    }

    private static Story Tell(params Turn[] turns)
    {
        var story = new Story();
        foreach (Turn turn in turns)
        {
            story.Tell(turn);
        }
        return story;
    }

    private static Turn Turn(ulong version, params Fact[] facts) => new() { Version = version, Facts = { facts } };

    private static Fact Observed(string id) => new() { Name = "interaction_observed", Attributes = { ["id"] = Value.ForString(id) } };

    private static Fact Segment(string name, string segment) => new() { Name = name, Attributes = { ["segment"] = Value.ForString(segment) } };

    private static Fact Step(string name, int run, string from = "", string to = "") => new()
    {
        Name = name,
        Attributes = { ["journey"] = Value.ForString("carts"), ["run"] = Value.ForNumber(run), ["from"] = Value.ForString(from), ["to"] = Value.ForString(to) },
    };

    private static Fact Left(int run, string step) => new()
    {
        Name = "journey_left", Attributes = { ["journey"] = Value.ForString("carts"), ["run"] = Value.ForNumber(run), ["step"] = Value.ForString(step) },
    };

    private static Fact Money(string amount) => new() { Name = "money_moved", Attributes = { ["amount"] = Value.ForString(amount) } };

    private static Fact Moved(string from, string to) => new() { Name = "stage_changed", Attributes = { ["from"] = Value.ForString(from), ["to"] = Value.ForString(to) } };
}
