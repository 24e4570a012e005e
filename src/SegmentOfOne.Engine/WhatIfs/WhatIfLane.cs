using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Queries;

namespace SegmentOfOne.Engine.WhatIfs;

/// <summary>
/// Runs what-ifs on a lane of their own: one at a time, reading a page of turns at once, and resting as long as it has computed, so that
/// turns have the processors for themselves at least half of the time.
/// </summary>
internal sealed partial class WhatIfLane(CustomerHome home, CustomerQueries queries, ILogger log) : IDisposable
{
    /// <summary>What-ifs that may wait for the one that runs; beyond, they are refused as overloaded.</summary>
    private const int MaxWaiting = 4;

    /// <summary>Keys of a sample read at once.</summary>
    private const int KeysAtOnce = 500;

    /// <summary>Times that progress of a sample is told, about.</summary>
    private const int Strides = 100;

    private static readonly TimeSpan RestAfter = TimeSpan.FromMilliseconds(4);

    private readonly SemaphoreSlim _lane = new(1, 1);
    private int _waiting;

    /// <exception cref="InvalidQueryException">The question is out of bounds.</exception>
    public async IAsyncEnumerable<WhatIfEvent> Run(WhatIfQuestion question, [EnumeratorCancellation] CancellationToken ct)
    {
        Check(question);
        await Enter(ct);
        try
        {
            await foreach (var step in Replay(question, ct))
            {
                yield return step;
            }
        }
        finally
        {
            _lane.Release();
        }
    }

    public void Dispose() => _lane.Dispose();

    private async IAsyncEnumerable<WhatIfEvent> Replay(WhatIfQuestion question, [EnumeratorCancellation] CancellationToken ct)
    {
        var tally = new WhatIfTally(question.Differences);
        var found = new List<WhatIfEvent.Difference>();
        var of = question.Customer is null ? Math.Min(question.Sample, await queries.Count(ct)) : 1;
        var stride = Math.Max(1, of / Strides);
        yield return tally.Progress(of);
        await foreach (var key in Keys(question, ct))
        {
            var replay = new CustomerReplay(home, key, question, tally);
            while (true)
            {
                var began = Stopwatch.GetTimestamp();
                var more = await Step(replay, question, tally, found, ct);
                foreach (var difference in found)
                {
                    yield return difference;
                }

                found.Clear();
                await Rest(began, ct);
                if (!more)
                {
                    break;
                }

                if (question.Customer is not null)
                {
                    yield return tally.Progress(of);
                }
            }

            if (++tally.Customers % stride == 0 && tally.Customers < of)
            {
                yield return tally.Progress(of);
            }
        }

        yield return tally.Progress(of);
        yield return new WhatIfEvent.Result(tally.Result());
    }

    /// <summary>One customer that can't be read doesn't end a sample.</summary>
    private async ValueTask<bool> Step(CustomerReplay replay, WhatIfQuestion question, WhatIfTally tally, List<WhatIfEvent.Difference> found, CancellationToken ct)
    {
        try
        {
            return await replay.Step(found, ct);
        }
        catch (CustomerDamagedException e) when (question.Customer is null)
        {
            LogLeftOut(e);
            tally.LeftOut++;
            return false;
        }
    }

    private static async ValueTask Rest(long began, CancellationToken ct)
    {
        // Waiting for the store is counted as well: a lane that finds the disk busy comes less often.
        if (Stopwatch.GetElapsedTime(began) is var worked && worked > RestAfter)
        {
            await Task.Delay(worked, ct);
            return;
        }

        await Task.Yield();
    }

    /// <summary>Keys are keyed hashes, so those that follow any point in their order are a fair draw.</summary>
    private async IAsyncEnumerable<CustomerKey> Keys(WhatIfQuestion question, [EnumeratorCancellation] CancellationToken ct)
    {
        if (question.Customer is { } customer)
        {
            yield return home.TryKey(customer, out var one) ? await home.OwnerOf(one, ct) : throw new InvalidQueryException("The identifier can name no customer.");
            yield break;
        }

        var start = new CustomerKey(new UInt128(StableHash.Of(new CustomerKey(question.Seed), "sample"), 0));
        var (after, left, wrapped) = (start, question.Sample, false);
        while (left > 0)
        {
            var keys = await queries.Keys(after, Math.Min(left, KeysAtOnce), ct);
            foreach (var key in keys)
            {
                if (wrapped && key.Value > start.Value)
                {
                    yield break;
                }

                yield return key;
                left--;
            }

            if (keys.Count > 0)
            {
                after = keys[^1];
            }
            else if (wrapped)
            {
                yield break;
            }
            else
            {
                (after, wrapped) = (default, true);
            }
        }
    }

    private async ValueTask Enter(CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new CustomersUnavailableException(Unavailability.Overloaded, "Other what-ifs are running and waiting.", TimeSpan.FromSeconds(5));
        }

        try
        {
            await _lane.WaitAsync(ct);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private static void Check(WhatIfQuestion question)
    {
        var problem =
            question.Customer is null && question.Sample is < 1 or > WhatIfQuestion.MaxSample ? $"A sample has 1 to {WhatIfQuestion.MaxSample} customers."
            : question.Customer is not null && question.Sample != 0 ? "Ask for one customer or for a sample."
            : question.Differences is < 0 or > WhatIfQuestion.MaxDifferences ? $"At most {WhatIfQuestion.MaxDifferences} differences are told one by one."
            : question.From >= question.To ? "The time from which on lies behind the time until which."
            : null;
        if (problem is not null)
        {
            throw new InvalidQueryException(problem);
        }
    }

    [LoggerMessage(LogLevel.Error, "A customer is left out of a what-if.")]
    private partial void LogLeftOut(Exception why);
}
