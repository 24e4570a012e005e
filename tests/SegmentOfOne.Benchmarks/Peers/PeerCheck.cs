using System.Globalization;
using SegmentOfOne.Benchmarks.Decisions;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.Grpc;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.V1;

namespace SegmentOfOne.Benchmarks.Peers;

/// <summary>
/// Whether a peer does the same work as the engine, before it is measured: the same replies to the same interactions under a clock that stands, a
/// repeat that changes nothing, and no turn lost or doubled when many callers want one customer at once.
/// </summary>
public static class PeerCheck
{
    private const int Customers = 50;
    private const int Interactions = 2_000;
    private const int AtOnce = 64;
    private const int Rounds = 10;

    private static readonly DateTimeOffset Now = new(2030, 6, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Clock = ["--clock", "2030-06-03T12:00:00Z", "--clock-stands"];

    /// <summary>Answers what it compared.</summary>
    /// <exception cref="InvalidOperationException">The two differ.</exception>
    public static async Task<string> Run(string name, Func<CancellationToken, Task<StoreProcess>> startStore, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("peer-check-");
        try
        {
            // One folder, one after the other: so the two have the same secret, by which customers' keys are made.
            var data = Path.Combine(folder.FullName, "data");
            string[] options = [.. Clock, "--playbook", Shop.WriteOffers(folder.FullName)];
            List<InteractReply> expected;
            await using (var gateway = await ServerProcess.StartGateway("gateway", Built.Gateway, data, ct, options))
            {
                expected = await Tell(gateway, ct);
                await gateway.Stop(ct);
            }

            await using var store = await startStore(ct);
            await using var peer = await ServerProcess.StartPeer(name, store, data, ct, options);
            var found = await Tell(peer, ct);
            for (var i = 0; i < expected.Count; i++)
            {
                if (!expected[i].Equals(found[i]))
                {
                    throw new InvalidOperationException($"{name} answers interaction {i} with {found[i]} and the engine with {expected[i]}");
                }
            }

            await Repeat(peer, ct);
            await Contend(peer, ct);
            await peer.Stop(ct);
            return string.Create(CultureInfo.InvariantCulture, $"{name}: {expected.Count:N0} replies as the engine's; {AtOnce * Rounds} turns of one customer, {AtOnce} at once, each once; {peer.Said.Trim()}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<List<InteractReply>> Tell(ServerProcess server, CancellationToken ct)
    {
        using var client = Client(server);
        List<InteractReply> replies = [];
        HashSet<string> told = [];
        foreach (var request in new Population(new SimulationPlan(Customers, Interactions, LoadShape.Seed, Now, TimeSpan.FromDays(30), 0.5)).Interactions())
        {
            if (told.Add(request.InteractionId))
            {
                request.Placements.Add(Shop.Offer);
                replies.Add(await client.Interact(request, options: null, ct));
            }
        }

        return replies;
    }

    private static async Task Repeat(ServerProcess peer, CancellationToken ct)
    {
        using var client = Client(peer);
        var before = await client.Interact(Viewed("again", "1"), options: null, ct);
        try
        {
            await client.Interact(Viewed("again", "1"), options: null, ct);
            throw new InvalidOperationException("a repeat was taken as a turn");
        }
        catch (GrpcException exception) when (exception.Trailers.Get("segmentofone-error") == "history_forgotten")
        {
        }

        var after = await client.Interact(Viewed("again", "2"), options: null, ct);
        if (after.Version != before.Version + 1)
        {
            throw new InvalidOperationException($"version {after.Version} came after {before.Version} and a repeat");
        }
    }

    private static async Task Contend(ServerProcess peer, CancellationToken ct)
    {
        using var client = Client(peer);
        List<ulong> versions = [];
        for (var round = 0; round < Rounds; round++)
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i =>
                client.Interact(Viewed("wanted", string.Create(CultureInfo.InvariantCulture, $"{round}-{i}")), options: null, ct).AsTask()));
            versions.AddRange(replies.Select(reply => reply.Version));
        }

        if (!versions.Order().SequenceEqual(Enumerable.Range(1, AtOnce * Rounds).Select(version => (ulong)version)))
        {
            throw new InvalidOperationException($"turns of one customer were lost or doubled: {string.Join(' ', versions.Order())}");
        }
    }

    private static ExperienceClient Client(ServerProcess server) => new(new Uri($"http://{server.Grpc}"));

    private static InteractRequest Viewed(string customer, string id) => new()
    {
        Customer = new Identifier { Kind = "user_id", Value = customer }, InteractionId = id, Type = "page_viewed", Channel = "web",
    };
}
