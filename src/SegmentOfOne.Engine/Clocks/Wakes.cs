using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Clocks;

/// <summary>Wakes under way that one thread has begun: no more than so many at a time, so that they don't pile up when commits are slow.
/// One that fails is put off; what was due stays due.</summary>
internal sealed partial class Wakes(CustomerHome home, int atOnce)
{
    private static readonly TimeSpan PutOff = TimeSpan.FromSeconds(1);

    /// <summary>How soon who waits notices that the home ends.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private int _underWay;

    /// <summary>Begins to wake a customer; waits first while as many are under way as may be.</summary>
    public void Begin(CustomerKey key)
    {
        WaitUntilFewer(atOnce);
        lock (_gate)
        {
            _underWay++;
        }

        _ = Run(key);
    }

    /// <summary>Waits until none is under way. For the thread that begins them.</summary>
    public void Settle() => WaitUntilFewer(1);

    private void WaitUntilFewer(int most)
    {
        lock (_gate)
        {
            while (_underWay >= most)
            {
                home.Stopping.ThrowIfCancellationRequested();
                Monitor.Wait(_gate, LookEvery);
            }
        }
    }

    private async Task Run(CustomerKey key)
    {
        try
        {
            await home.Wake(key, home.Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (home.Stopping.IsCancellationRequested)
        {
            // What is due is found again after the next start.
        }
        catch (CustomerDamagedException e)
        {
            LogDamaged(home.Options.Log, key, e);
            home.Damaged.Add(key);
        }
        catch (Exception e)
        {
            if (e is not CustomersUnavailableException)
            {
                LogPutOff(home.Options.Log, key, e);
            }

            home.LookAt(key, home.Now + PutOff);
        }
        finally
        {
            lock (_gate)
            {
                _underWay--;
                Monitor.Pulse(_gate);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Customer {Key} is damaged; what becomes due for it is left alone.")]
    private static partial void LogDamaged(ILogger log, CustomerKey key, Exception why);

    [LoggerMessage(LogLevel.Warning, "What is due for customer {Key} is put off.")]
    private static partial void LogPutOff(ILogger log, CustomerKey key, Exception why);
}
