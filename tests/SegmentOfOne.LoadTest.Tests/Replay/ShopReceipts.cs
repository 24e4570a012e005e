using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;
using SegmentOfOne.LoadTest.Shop;

namespace SegmentOfOne.LoadTest.Tests.Replay;

/// <summary>All receipts of a shop, recomputed from what a data folder holds.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Hashes">Of each customer's receipts, as canonical bytes, one after the other.</param>
public sealed record ShopReceipts(long Count, ImmutableSortedDictionary<string, string> Hashes)
{
    /// <summary>Folds every customer's turns and recomputes each decision on the way, by the playbook that took it.</summary>
    public static async Task<ShopReceipts> Of(EmbeddedEngine engine)
    {
        var playbooks = new ConcurrentDictionary<int, Playbook>();
        var hashes = new ConcurrentDictionary<string, string>();
        long count = 0;
        await Parallel.ForEachAsync(ShopYear.Of(ShopFile.Read(ShopDataFactAttribute.File)).Customers, async (customer, _) =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            CustomerState? folded = null;
            Receipt? last = null;
            for (long? after = 0; after is not null;)
            {
                var page = (await engine.Turns(new Identifier("user_id", customer), newestFirst: false, after, TurnPage.MaxLimit, default)).ShouldNotBeNull();
                folded ??= new CustomerState(page.Key);
                foreach (Turn turn in page.Turns)
                {
                    var playbook = await PlaybookOf(turn);
                    for (int decision = 0; decision < turn.Decisions; decision++)
                    {
                        last = Customer.Explain(Copy(folded), turn, decision, playbook);
                        hash.AppendData(last.ToBytes());
                        Interlocked.Increment(ref count);
                    }
                    Customer.Evolve(folded, turn);
                }
                after = page.Next;
            }

            // Whoever asks for one is told the same.
            var asked = (await engine.Receipt(last.ShouldNotBeNull().Id, default)).ShouldNotBeNull();
            asked.ToBytes().ShouldBe(last.ToBytes());
            hashes[customer] = Convert.ToHexString(hash.GetHashAndReset());
        });
        return new ShopReceipts(count, hashes.ToImmutableSortedDictionary());

        async ValueTask<Playbook> PlaybookOf(Turn turn) => playbooks.TryGetValue(turn.PlaybookVersion, out var known)
            ? known
            : playbooks[turn.PlaybookVersion] = (await engine.Playbooks.Get(turn.PlaybookVersion, default)).ShouldNotBeNull().Playbook;
    }

    private static CustomerState Copy(CustomerState state) => StateFormat.Read(StateFormat.ToBytes(state), state.Key);
}
