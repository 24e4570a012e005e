using System.Collections.Concurrent;

namespace SegmentOfOne.Engine.Tests.Simulation;

/// <summary>Runs everything that is awaited on the thread that pumps: so a simulation goes the same way each time.</summary>
internal sealed class OneThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

    /// <summary>Runs what is posted by now, and what that posts.</summary>
    public void Pump()
    {
        while (_posted.TryTake(out var posted))
        {
            posted.Callback(posted.State);
        }
    }

    /// <summary>Runs what is posted until a task is complete; its result.</summary>
    public T Await<T>(ValueTask<T> awaited)
    {
        var task = awaited.AsTask();
        task.ContinueWith(static (_, state) => ((OneThread)state!).Post(static _ => { }, null), this, TaskScheduler.Default);
        while (!task.IsCompleted)
        {
            var (callback, state) = _posted.Take();
            callback(state);
        }

        return task.GetAwaiter().GetResult();
    }
}
