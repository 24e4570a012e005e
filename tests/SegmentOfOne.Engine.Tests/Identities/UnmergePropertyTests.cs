using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Engine.Tests.Hosting;
using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests.Identities;

/// <summary>Customers who were merged and parted, against customers who never were.</summary>
public sealed class UnmergePropertyTests(ITestOutputHelper output)
{
    private static readonly Identifier Parted = SignInShop.Device(1), Kept = SignInShop.Device(2), User = Requests.User("u");

    private static readonly string[] Types =
    [
        "page_viewed", "product_viewed", "product_viewed", "product_added", "products_searched", "order_completed", "order_refunded", "complaint_made",
        "liked", "review_submitted", "referral_made", "consent_given", "consent_withdrawn", "store_visited", "never_heard_of", "cart_viewed",
    ];

    /// <summary>Two devices, a sign-in on both, then one is parted: the four I's, stage, caps, journeys and all else of both are what they
    /// are where that device never signed in.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Parted_they_are_in_every_field_as_if_they_had_never_been_one(int round)
    {
        var seed = (Environment.TickCount * 31) + round;
        output.WriteLine($"seed {seed}");
        var merged = await Live(seed, signsIn: true);
        var never = await Live(seed, signsIn: false);
        Plain.ShouldBeSame(merged, never);
    }

    /// <summary>Lets time pass as it does: what is due happens on time.</summary>
    private static async Task Pass(EmbeddedEngine engine, ManualTime time, TimeSpan by)
    {
        var end = time.Now + by;
        while ((await engine.Overview(default)).Process.EarliestDue is { } due && due < end)
        {
            time.Advance(due > time.Now ? due - time.Now : TimeSpan.Zero);
            await engine.WakeDue(default);
        }

        time.Advance(end - time.Now);
        await engine.WakeDue(default);
    }

    private static async Task<string> Live(int seed, bool signsIn)
    {
        var random = new Random(seed);
        using var folder = new TemporaryFolder(inMemory: true);
        var time = new ManualTime();
        await using var engine = await EmbeddedEngine.Open(SignInShop.Options(folder, time), default);
        await MergeTests.Told(engine, User, "page_viewed", "first");
        var (signIn, signInOfKept, part) = (random.Next(10, 40), random.Next(5, 60), random.Next(60, 90));
        for (var step = 0; step < 110; step++)
        {
            await Pass(engine, time, TimeSpan.FromMinutes(random.Next(1, 60 * 24 * 3)));
            var who = new[] { Parted, Kept, User }[random.Next(3)];
            var type = Types[random.Next(Types.Length)];
            var late = random.Next(10) == 0 ? TimeSpan.FromHours(random.Next(1, 200)) : TimeSpan.Zero;
            var request = SignInShop.Request(
                who, $"i{step}", type, time.Now - late, ("product_id", $"p{random.Next(6)}"), ("order_id", $"o{random.Next(4)}"), ("total", random.Next(1, 5000) / 100.0),
                ("rating", random.Next(1, 6)), ("channel", random.Next(2) == 0 ? "email" : "push"), ("time_zone", random.Next(2) == 0 ? "Europe/Rome" : "Asia/Tokyo"));
            if (step == signIn)
            {
                request = SignInShop.Request(Parted, $"i{step}", "signed_in", null, signsIn ? [("user_id", "u")] : []);
            }
            else if (step == signInOfKept)
            {
                request = SignInShop.SignIn(Kept, $"i{step}", "u");
            }
            else if (step == part && signsIn)
            {
                (await engine.Names.Unmerge(Parted, default)).ShouldBeOfType<UnmergeAnswer.Parted>();
            }

            (await engine.Turn(request, default)).ShouldBeOfType<TurnAnswer.Answered>();
        }

        await engine.WakeDue(default);
        await Histories.ShouldReplay(engine, Parted, Kept, User);
        await Balances.Check(engine, Parted, Kept, User);
        var (one, other) = ((await engine.Get(Parted, null, default)).ShouldNotBeNull(), (await engine.Get(User, null, default)).ShouldNotBeNull());
        one.Key.ShouldNotBe(other.Key);
        return $"{Plain.Text(one.State)}\n{Plain.Text(other.State)}";
    }
}
