using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Replay;
using SegmentOfOne.LoadTest.Shop;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Verify;

/// <summary>What was found about one customer.</summary>
/// <param name="Story">Its turns, added up.</param>
/// <param name="Live">What the service says the customer is; null: it knows none.</param>
/// <param name="Faults">Every contradiction, in words.</param>
public sealed record Finding(string Customer, Story Story, CustomerState? Live, IReadOnlyList<string> Faults);

/// <summary>Compares what the service says a customer is with the story that it tells of the customer, and with the file.</summary>
public static class CustomerCheck
{
    /// <summary>Asks the service and checks.</summary>
    /// <param name="sent">The customer's turns in the file.</param>
    public static async Task<Finding> Run(
        string customer, IReadOnlyCollection<ShopTurn> sent, ExperienceClient client, CancellationToken ct)
    {
        var identifier = ShopTurn.IdentifierOf(customer);
        var story = new Story();
        var live = await client.GetCustomer(new GetCustomerRequest { Customer = identifier }, ct);
        if (live is null)
        {
            return new Finding(customer, story, null, ["the service does not know this customer"]);
        }

        // A state that was true in the middle of the story: the last turn recorded by then.
        var middle = Math.Max(live.Version / 2, 1);
        Timestamp? middleAt = null;
        (ulong Version, decimal Revenue, decimal Returned, Stage Stage) then = default;
        await foreach (var turn in client.ListTurns(identifier, ct))
        {
            story.Tell(turn);
            middleAt = turn.Version == middle ? turn.RecordedAt : middleAt;
            if (middleAt is null || turn.RecordedAt <= middleAt)
            {
                then = (story.Version, story.Revenue, story.Returned, story.Stage);
            }
        }

        List<string> faults = [.. story.Faults];
        Expect("version", story.Version, live.Version);
        Expect("stage", story.Stage, live.Stage);
        Expect("revenue", story.Revenue, ServiceSums.Exact(live.Money.Revenue));
        Expect("returned", story.Returned, ServiceSums.Exact(live.Money.Returned));
        Expect("interactions", (ulong)story.Ids.Count, live.Interactions);
        Expect("turns", story.ClockTurns + (ulong)story.Ids.Count, live.Version);
        Expect("segments", string.Join(' ', story.Segments), string.Join(' ', live.Segments.Select(stay => stay.Segment)));
        Expect("journeys", string.Join(' ', story.Runs.Select(run => $"{run.Key}:{run.Value}")), string.Join(' ', live.Journeys.Select(run => $"{run.Run}:{run.Journey}/{run.Step}")));
        if (!story.Ids.SetEquals(sent.Select(turn => turn.InteractionId)))
        {
            faults.Add("the interactions are not those of the file");
        }

        var replayed = await client.GetCustomer(new GetCustomerRequest { Customer = identifier, AsOf = middleAt }, ct);
        Expect("version as of the middle", then.Version, replayed?.Version ?? 0);
        Expect("stage as of the middle", then.Stage, replayed?.Stage ?? Stage.Unspecified);
        Expect("revenue as of the middle", then.Revenue, replayed is null ? -1 : ServiceSums.Exact(replayed.Money.Revenue));
        Expect("returned as of the middle", then.Returned, replayed is null ? 1 : ServiceSums.Exact(replayed.Money.Returned));
        return new Finding(customer, story, live, faults);

        void Expect<T>(string what, T fromStory, T fromState)
        {
            if (!EqualityComparer<T>.Default.Equals(fromStory, fromState))
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {fromStory} by its turns, {fromState} by its state"));
            }
        }
    }
}
