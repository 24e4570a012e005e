using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Queries;

namespace SegmentOfOne.Engine.Clocks;

/// <summary>
/// Finds every so often where percentiles lie, as far as segments go by them, puts that into force whole, and wakes customers who by
/// their columns are on the other side of one now. Whether they enter or leave, their own turn decides.
/// </summary>
internal sealed partial class Ranking(CustomerHome home, CustomerQueries queries)
{
    private const int Page = 1_000;
    private const int AtOnce = 32;

    private readonly Wakes _wakes = new(home, AtOnce);
    private Task _refresh = Task.CompletedTask;
    private long _began;
    private int _rankedBy;

    /// <summary>Begins to refresh when it is time: after <see cref="EngineOptions.RankEvery"/>, or when another playbook came into force.
    /// One at a time, beside whoever calls.</summary>
    public void Look()
    {
        if (!_refresh.IsCompleted)
        {
            return;
        }

        var version = home.Shelf.InForce.Version;
        if (_rankedBy != version || Stopwatch.GetElapsedTime(_began) >= home.Options.RankEvery)
        {
            (_rankedBy, _began) = (version, Stopwatch.GetTimestamp());
            _refresh = Task.Run(Refresh, CancellationToken.None);
        }
    }

    /// <summary>Finds percentiles and puts them into force; then calls for each customer who may be on the other side of one.</summary>
    public async Task Refresh(Func<List<CustomerKey>, Task> wake, CancellationToken ct)
    {
        var playbook = home.Shelf.InForce.Playbook;
        var scores = new HashSet<RankedScore>();
        foreach (var segment in playbook.Segments)
        {
            if (segment.Percentile is { } percentile)
            {
                scores.Add(percentile.Score);
            }
        }

        if (scores.Count == 0)
        {
            return;
        }

        var ranks = await queries.Ranks(scores, playbook.Engagement, home.Now, ct);
        home.Shelf.Rank(ranks);
        foreach (var segment in playbook.Segments)
        {
            if (segment.Percentile is not null)
            {
                await Move(segment, ranks, playbook.Engagement, enters: false, wake, ct);
                await Move(segment, ranks, playbook.Engagement, enters: true, wake, ct);
            }
        }
    }

    private async Task Move(
        SegmentRule segment, ScoreRanks ranks, EngagementRules rules, bool enters, Func<List<CustomerKey>, Task> wake, CancellationToken ct)
    {
        for (var after = 0L; ;)
        {
            var page = await queries.Misplaced(segment, ranks, rules, enters, after, Page, ct);
            var keys = new List<CustomerKey>(page.Count);
            foreach (var (number, key) in page)
            {
                after = number;
                if (home.IsMine(key))
                {
                    keys.Add(key);
                }
            }

            await wake(keys);
            if (page.Count < Page)
            {
                return;
            }
        }
    }

    private async Task Refresh()
    {
        try
        {
            await Refresh(
                keys =>
                {
                    foreach (var key in keys)
                    {
                        _wakes.Begin(key);
                    }

                    return Task.CompletedTask;
                },
                home.Stopping);
        }
        catch (OperationCanceledException) when (home.Stopping.IsCancellationRequested)
        {
            // The next start begins with it.
        }
        catch (Exception e)
        {
            LogStale(home.Options.Log, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Percentiles stay as they were.")]
    private static partial void LogStale(ILogger log, Exception why);
}
