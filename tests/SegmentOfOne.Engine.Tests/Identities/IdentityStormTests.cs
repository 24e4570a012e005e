using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Engine.Tests.Hosting;
using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests.Identities;

public sealed class IdentityStormTests(ITestOutputHelper output)
{
    /// <summary>Everybody signs in everywhere at once, persons merge and part as they like: nothing told is lost or counted twice, nobody has more
    /// names than a person has, and the sums are what the customers say.</summary>
    [Fact]
    public async Task In_a_storm_of_merges_nothing_is_lost_or_counted_twice_and_limits_hold()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        const int Devices = 12, Users = 4, Lanes = 8, Turns = 120;
        using var folder = new TemporaryFolder(inMemory: true);
        await using var engine = await EmbeddedEngine.Open(SignInShop.Options(folder), default);
        Identifier[] names =
        [
            .. Enumerable.Range(0, Devices).Select(SignInShop.Device), .. Enumerable.Range(0, Users).Select(user => Requests.User($"u{user}")),
            .. Enumerable.Range(0, 3).Select(mail => new Identifier("email", $"m{mail}@example.org")),
        ];
        var told = new int[names.Length];
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(async () =>
        {
            var random = new Random(seed + lane);
            for (var turn = 0; turn < Turns; turn++)
            {
                var who = random.Next(names.Length);
                var request = random.Next(8) switch
                {
                    0 => SignInShop.SignIn(names[who], $"{lane}-{turn}", $"u{random.Next(Users)}"),
                    1 => SignInShop.Request(names[who], $"{lane}-{turn}", "email_confirmed", null, ("email", $"m{random.Next(3)}@example.org")),
                    _ => SignInShop.Request(names[who], $"{lane}-{turn}", "product_viewed", null, ("product_id", $"p{random.Next(5)}")),
                };
                if (random.Next(15) == 0)
                {
                    await Calmly(async () => await engine.Names.Unmerge(names[random.Next(names.Length)], default));
                }
                else if (random.Next(15) == 0)
                {
                    await Calmly(async () => await engine.Names.Merge(names[random.Next(names.Length)], names[random.Next(names.Length)], default));
                }

                await Calmly(async () => (await engine.Turn(request, default)).ShouldBeOfType<TurnAnswer.Answered>().Duplicate.ShouldBeFalse());
                Interlocked.Increment(ref told[who]);
            }
        })));

        var customers = new Dictionary<CustomerKey, CustomerState>();
        foreach (var name in names)
        {
            if (await engine.Get(name, null, default) is { } view)
            {
                customers[view.Key] = view.State;
                view.State.Identity.Has(name).ShouldBeTrue(name.ToString());
            }
        }

        output.WriteLine($"{customers.Count} customers, {(await engine.Overview(default)).Merges} merges");
        customers.Values.Sum(state => state.Activity.Interactions.Count).ShouldBe(told.Sum());
        var all = customers.Values.SelectMany(state => state.Identity.Identifiers.ToArray()).ToList();
        all.ShouldBeUnique();
        foreach (var state in customers.Values)
        {
            state.Identity.Identifiers.ToArray().Count(name => name.Kind == "user_id").ShouldBeLessThanOrEqualTo(1);
            state.Identity.Parts.ToArray().Select(part => part.Key).ShouldBeUnique();
            state.Identity.GivenUp.ToArray().ShouldAllBe(given => given.IsSettled);
        }

        await Histories.ShouldReplay(engine, [.. names.Where(name => all.Contains(name))]);
        await Balances.Check(engine, names);
    }

    /// <summary>Who is asked for while being merged may hear to ask again.</summary>
    private static async Task Calmly(Func<Task> act)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await act();
                return;
            }
            catch (CustomersUnavailableException busy) when (attempt < 200)
            {
                await Task.Delay(busy.RetryAfter);
            }
        }
    }
}
