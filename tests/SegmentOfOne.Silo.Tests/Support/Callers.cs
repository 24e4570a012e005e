using System.Collections.Concurrent;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Silo.Tests.Support;

/// <summary>
/// Clients under way: each prefers one gateway, has customers of its own that so live beside it, and sends one interaction after another
/// until it is acknowledged, with a deadline on each try. What is not answered is tried again at the next gateway.
/// </summary>
internal sealed class Callers(Cluster cluster, int callers, int customersEach) : IAsyncDisposable
{
    /// <summary>The deadline of each call.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>How long past its deadline a call may be heard of on a machine as busy as that of a test.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BeforeRetry = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Uri, GrpcChannel> _channels = new();
    private readonly ConcurrentQueue<Acknowledgement> _acknowledged = new();
    private readonly ConcurrentQueue<(long At, StatusCode Status)> _failures = new();
    private readonly ConcurrentQueue<string> _hung = new();
    private Task[] _work = [];

    public IReadOnlyCollection<Acknowledgement> Acknowledged => _acknowledged;

    /// <summary>Tries that failed, which the callers made again.</summary>
    public IReadOnlyCollection<(long At, StatusCode Status)> Failures => _failures;

    /// <summary>Calls that ended well after their deadline.</summary>
    public IReadOnlyCollection<string> Hung => _hung;

    /// <summary>The silo that a caller prefers.</summary>
    public int Home(int caller) => caller % cluster.Silos.Length;

    /// <summary>Begins; ends when each caller was answered for each of its customers.</summary>
    public async Task Start()
    {
        _work = [.. Enumerable.Range(0, callers).Select(caller => Task.Run(() => Work(caller)))];
        await WaitFor(() => Enumerable.Range(0, callers).All(caller => _acknowledged.Count(one => one.Caller == caller) >= customersEach));
    }

    /// <summary>Waits until each caller that is meant was answered once more for something that it began from now on.</summary>
    public async Task Progress(Func<int, bool>? meant = null)
    {
        var now = TimeProvider.System.GetTimestamp();
        await WaitFor(() => Enumerable.Range(0, callers).Where(caller => meant?.Invoke(caller) ?? true)
            .All(caller => _acknowledged.Any(one => one.Caller == caller && one.Began >= now)));
    }

    /// <summary>No new interactions; those begun are tried until they are acknowledged.</summary>
    public async Task Stop()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_work).WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>
    /// Reads every customer's story: versions 1 to n without a gap, each id once, and every acknowledged one where it was said to be.
    /// </summary>
    public async Task VerifyStories(int through)
    {
        using var channel = cluster.Silos[through].Channel();
        await Parallel.ForEachAsync(_acknowledged.GroupBy(one => one.Customer), async (customer, _) =>
        {
            var story = await Story(channel, customer.Key);
            story.Select(turn => turn.Version).ShouldBe(Enumerable.Range(1, story.Count).Select(i => (ulong)i), customer.Key);
            var ids = story.Where(turn => turn.Facts[0].Name != "time_came")
                .ToDictionary(turn => turn.Facts.Single(fact => fact.Name == "interaction_observed").Attributes["id"].StringValue, turn => turn.Version);
            foreach (var one in customer)
            {
                ids.GetValueOrDefault(one.Id).ShouldBe(one.Version, $"{one.Customer} {one.Id}");
            }

            customer.DistinctBy(one => one.Version).Count().ShouldBe(customer.Count(), customer.Key);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var channel in _channels.Values)
        {
            channel.Dispose();
        }

        _stop.Dispose();
    }

    private async Task Work(int caller)
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var (customer, id) = ($"c{caller}-{i % customersEach}", $"i{i}");
            var began = TimeProvider.System.GetTimestamp();
            for (var tries = 1; ; tries++)
            {
                var silo = cluster.Silos[(Home(caller) + tries - 1) % cluster.Silos.Length];
                var asked = TimeProvider.System.GetTimestamp();
                try
                {
                    var channel = _channels.GetOrAdd(silo.Grpc, _ => silo.Channel());
                    var reply = await channel.UnaryAsync(
                        ExperienceCalls.Interact, ExperienceCalls.Interaction(customer, id), new GrpcCallOptions { Timeout = Deadline }, default);
                    _acknowledged.Enqueue(new Acknowledgement(caller, customer, id, reply.Version, began, TimeProvider.System.GetTimestamp(), tries));
                    break;
                }
                catch (GrpcException failed)
                {
                    _failures.Enqueue((TimeProvider.System.GetTimestamp(), failed.Status));
                    if (TimeProvider.System.GetElapsedTime(asked) > Deadline + Tolerance)
                    {
                        _hung.Enqueue($"{customer} {id}: {failed.Status} after {TimeProvider.System.GetElapsedTime(asked)}");
                    }

                    await Task.Delay(BeforeRetry);
                }
            }
        }
    }

    private async Task WaitFor(Func<bool> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!reached())
        {
            if (_work.FirstOrDefault(work => work.IsFaulted) is { } failed)
            {
                await failed;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    private static async Task<List<V1.Turn>> Story(GrpcChannel channel, string user)
    {
        var turns = new List<V1.Turn>();
        var request = new V1.ListTurnsRequest { Customer = ExperienceCalls.User(user), PageSize = 500, OldestFirst = true };
        do
        {
            var page = await channel.UnaryAsync(ExperienceCalls.ListTurns, request, default);
            turns.AddRange(page.Turns);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return turns;
    }
}
