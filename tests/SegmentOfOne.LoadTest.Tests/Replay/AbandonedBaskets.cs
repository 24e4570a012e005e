using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;
using SegmentOfOne.LoadTest.Shop;

namespace SegmentOfOne.LoadTest.Tests.Replay;

/// <summary>The shop's year with the orders of a tenth of the baskets left out, through the real gateway program with its clock moved along.</summary>
public sealed class AbandonedBaskets : IAsyncLifetime, IDisposable
{
    /// <summary>Orders whose number this divides are left out.</summary>
    public const int Abandon = 10;

    private readonly ScratchFolder _data = new();

    public ProgramRun Replay { get; private set; } = null!;

    /// <summary>Baskets for which the journey left its waiting for an order because none had come, by customer and number.</summary>
    public IReadOnlySet<(string Customer, string Basket)> Reminded => _reminded;

    /// <summary>Baskets for which it was left because one had come.</summary>
    public int Bought { get; private set; }

    private readonly HashSet<(string Customer, string Basket)> _reminded = [];

    public async Task InitializeAsync()
    {
        if (!ShopClockFactAttribute.Runs)
        {
            return;
        }
        await File.WriteAllBytesAsync(_data["playbook.json"], RunForEachBasket());
        await using (StandingGateway gateway = await StandingGateway.Start(_data["data"], ReplayedYear.Begins, "--playbook", _data["playbook.json"]))
        {
            Replay = await gateway.Replay("--abandon", $"{Abandon}");
            Replay.ExitCode.ShouldBe(0, Replay.Output);
            await gateway.MoveTo(new(2011, 12, 11, 0, 0, 0, TimeSpan.Zero));
            await gateway.Stop();
        }
        await using EmbeddedEngine engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = _data["data"], WakesByHand = true }, default);
        foreach (var customer in ShopYear.Of(ShopFile.Read(ShopDataFactAttribute.File)).Customers)
        {
            await Read(engine, customer);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _data.Dispose();

    /// <summary>The playbook that ships, with a run of the journey for each basket, and without the exit of those whose trouble is being put
    /// right: the file's lines don't say who they are.</summary>
    private static byte[] RunForEachBasket()
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        var journey = document["journeys"]!.AsArray().Single(journey => (string)journey!["id"]! == "abandoned_cart")!.AsObject();
        journey["key"] = "order_id";
        journey["concurrency"] = PlaybookLimits.Concurrency;
        journey.Remove("reentry");
        journey.Remove("exits");
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    private async Task Read(EmbeddedEngine engine, string customer)
    {
        Dictionary<long, string> baskets = [];
        for (long? after = 0; after is not null;)
        {
            var page = (await engine.Turns(new Identifier("user_id", customer), newestFirst: false, after, TurnPage.MaxLimit, default)).ShouldNotBeNull();
            foreach (var fact in page.Turns.SelectMany(turn => turn.Facts))
            {
                switch (fact)
                {
                    case JourneyEntered { Journey: "abandoned_cart" } entered:
                        baskets[entered.Run] = entered.Key;
                        break;
                    case JourneyStepped { Journey: "abandoned_cart", From: "shopping", To: "help" } stepped:
                        _reminded.Add((customer, baskets[stepped.Run]));
                        break;
                    case JourneyStepped { Journey: "abandoned_cart", From: "shopping", To: "bought" }:
                        Bought++;
                        break;
                    case JourneyBarred { Journey: "abandoned_cart", Rule: not "running" } barred:
                        throw new InvalidOperationException($"customer {customer} was kept out: {barred.Rule}");
                }
            }
            after = page.Next;
        }
    }
}
