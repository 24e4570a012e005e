using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>The default playbook with journeys that wait: one a cart, in steps of different length; one a wishlist, until it is bought.</summary>
internal static class WaitingShop
{
    public static readonly (string Step, TimeSpan Wait)[] Cart =
        [("first", TimeSpan.FromHours(1)), ("second", TimeSpan.FromMinutes(1)), ("third", TimeSpan.FromHours(30)), ("fourth", TimeSpan.FromSeconds(1))];

    /// <summary>The same for tests that wait in earnest.</summary>
    public static readonly (string Step, TimeSpan Wait)[] BriefCart = [("first", TimeSpan.FromSeconds(1)), ("second", TimeSpan.FromSeconds(1))];

    public static readonly TimeSpan Wish = TimeSpan.FromHours(5);

    public static ReadOnlyMemory<byte> Source { get; } = With(CartJourney(Cart), WishJourney());

    public static ReadOnlyMemory<byte> BriefSource { get; } = With(CartJourney(BriefCart));

    /// <summary>The default playbook with these journeys and no others.</summary>
    public static byte[] With(params JsonNode[] journeys)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        document["journeys"] = new JsonArray(journeys);
        document.AsObject().Remove("segments");
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    /// <summary>Lets everybody in at a time.</summary>
    public static JsonNode AtDate(Instant at) => JsonNode.Parse(
        $$"""
        {
          "id": "feast", "trigger": { "date": "{{DateTimeOffset.FromUnixTimeMilliseconds(at.UnixMilliseconds):yyyy-MM-dd'T'HH:mm:ss'Z'}}" },
          "start": "done", "steps": { "done": { "exit": "completed" } }
        }
        """)!;

    /// <summary>Checks that every step of a story happened at its exact time, once, and that nothing is left that is due.</summary>
    /// <param name="cart">The steps of a cart.</param>
    /// <returns>How many steps time brought about.</returns>
    public static int Check(IEnumerable<Turn> story, Instant now, ReadOnlySpan<(string Step, TimeSpan Wait)> cart)
    {
        var expected = new List<(long Run, string To, Instant At)>();
        var happened = new List<(long Run, string To, Instant At)>();
        var wishes = new Dictionary<long, Instant>();
        foreach (var turn in story)
        {
            var due = (turn.Facts[0] as TimeCame)?.Due;
            foreach (var fact in turn.Facts)
            {
                switch (fact)
                {
                    case JourneyEntered { Journey: "cart" } entered:
                        var at = entered.At;
                        for (var i = 0; i < cart.Length; i++)
                        {
                            at += cart[i].Wait;
                            expected.Add((entered.Run, i + 1 < cart.Length ? cart[i + 1].Step : "done", at));
                        }

                        break;
                    case JourneyEntered { Journey: "wish" } entered:
                        wishes.Add(entered.Run, entered.At + Wish);
                        break;
                    case JourneyLeft { Journey: "wish" } left when due is null:
                        // Bought, no later than it is given up.
                        left.Rule.ShouldNotBe("given_up");
                        left.At.ShouldBeLessThan(wishes[left.Run]);
                        wishes.Remove(left.Run);
                        break;
                    case JourneyStepped { From.Length: > 0 } stepped when due is not null:
                        stepped.At.ShouldBe(due.Value);
                        happened.Add((stepped.Run, stepped.To, stepped.At));
                        break;
                }
            }

            (due ?? Instant.Min).ShouldBeLessThanOrEqualTo(turn.At);
        }

        foreach (var (run, at) in wishes)
        {
            expected.Add((run, "given_up", at));
        }

        // What is not yet due may have happened while this was read.
        var known = happened.ToHashSet();
        expected.RemoveAll(step => step.At > now && !known.Contains(step));
        happened.Order().ShouldBe(expected.Order());
        return happened.Count;
    }

    private static JsonObject CartJourney(ReadOnlySpan<(string Step, TimeSpan Wait)> cart)
    {
        var steps = new JsonObject { ["done"] = new JsonObject { ["exit"] = "completed" } };
        for (var i = 0; i < cart.Length; i++)
        {
            steps[cart[i].Step] = new JsonObject
            {
                ["wait"] = $"{(long)cart[i].Wait.TotalSeconds}s",
                ["next"] = i + 1 < cart.Length ? cart[i + 1].Step : "done",
            };
        }

        return new JsonObject
        {
            ["id"] = "cart",
            ["trigger"] = new JsonObject { ["interaction"] = new JsonArray("product_added"), ["within"] = "730d" },
            ["key"] = "cart_id",
            ["concurrency"] = 10,
            ["start"] = cart[0].Step,
            ["steps"] = steps,
        };
    }

    private static JsonNode WishJourney() => JsonNode.Parse(
        """
        {
          "id": "wish", "trigger": { "interaction": ["product_viewed"], "within": "730d" }, "start": "hope",
          "steps": {
            "hope": { "wait_for": ["order_completed"], "within": "5h", "next": "done", "otherwise": "given_up" },
            "given_up": { "exit": "completed" },
            "done": { "exit": "converted" }
          }
        }
        """)!;
}
