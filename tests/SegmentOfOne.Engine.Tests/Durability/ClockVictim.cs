using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Durability;

/// <summary>A process that lets days pass, minutes at a time, while customers shop, and is there to be killed in between. Each line that it is
/// told is a step; each line that it says, the time up to which everything is done.</summary>
internal static class ClockVictim
{
    public const string Name = "clocks";
    public const int Customers = 10_000;

    public static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    private const int AtOnce = 64;

    private static readonly TimeSpan Shopping = TimeSpan.FromHours(8);

    private static readonly string[] Types = ["product_added", "product_viewed", "order_completed", "page_viewed"];

    public static Instant Begins { get; } = Instant.From(new DateTimeOffset(2030, 6, 3, 9, 0, 0, TimeSpan.Zero));

    /// <summary>By then every wait has ended.</summary>
    public static Instant Ends { get; } = Begins + Shopping + TimeSpan.FromHours(40);

    /// <param name="args">The data folder, and the time to begin at, in milliseconds since 1970.</param>
    public static async Task<int> Run(string[] args)
    {
        var time = new StandingTime { Now = new Instant(long.Parse(args[1], CultureInfo.InvariantCulture)) };
        await using var engine = await EmbeddedEngine.Open(Options(args[0], time), default);
        await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await output.WriteLineAsync("ready");
        for (; time.Now <= Ends && await Console.In.ReadLineAsync() is not null; time.Now += Step)
        {
            await engine.WakeDue(default);
            await Parallel.ForEachAsync(
                Shoppers(time.Now), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (request, ct) => await engine.Turn(request, ct));
            await output.WriteLineAsync(time.Now.UnixMilliseconds.ToString(CultureInfo.InvariantCulture));
        }

        return 0;
    }

    public static EngineOptions Options(string folder, StandingTime time) => new()
    {
        DataFolder = folder,
        CheckpointAfter = TimeSpan.FromMilliseconds(50),
        Playbook = WaitingShop.Source,
        Time = time,
        WakesByHand = true,
    };

    /// <summary>What happens at a time, the same each time that it is asked: everybody comes three times, and some come back to order.</summary>
    private static IEnumerable<TurnRequest> Shoppers(Instant now)
    {
        var slots = (int)(Shopping / Step);
        var slot = (int)((now - Begins) / Step);
        for (var customer = 0; customer < Customers && slot < slots; customer++)
        {
            for (var visit = 0; visit < 3; visit++)
            {
                var dice = new Random((customer * 3) + visit);
                if (dice.Next(slots) == slot)
                {
                    var id = $"{customer}/{visit}";
                    yield return Requests.Interaction(
                        $"c{customer}", id, Types[dice.Next(Types.Length)], at: now, properties: Properties.Of(("cart_id", id)));
                }
            }
        }
    }
}

/// <summary>Time that stands until it is set.</summary>
internal sealed class StandingTime : TimeProvider
{
    public Instant Now { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Now.UnixMilliseconds);
}
