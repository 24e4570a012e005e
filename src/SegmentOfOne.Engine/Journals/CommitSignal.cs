using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace SegmentOfOne.Engine.Journals;

/// <summary>
/// Tells everybody who waits for one commit. There are hundreds at once, so they go on in a few groups, one after another in each,
/// on the thread pool: queued one by one they would cost more than what they still have to do. Who waits in a synchronization context
/// goes on there.
/// </summary>
internal sealed class CommitSignal : ICriticalNotifyCompletion
{
    /// <summary>Fewer than this aren't worth another thread.</summary>
    private const int LeastGroup = 16;

    private readonly Lock _gate = new();
    private Action[] _waiting = [];
    private int _count;
    private List<(SynchronizationContext Context, Action Continuation)>? _elsewhere;
    private TaskCompletionSource? _task;
    private Exception? _failure;
    private volatile bool _set;

    public bool IsCompleted => _set;

    /// <summary>For those who also wait for something else, such as a cancellation.</summary>
    public Task Task
    {
        get
        {
            lock (_gate)
            {
                if (_task is null)
                {
                    _task = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    if (_set)
                    {
                        Complete(_task);
                    }
                }

                return _task.Task;
            }
        }
    }

    public CommitSignal GetAwaiter() => this;

    public void GetResult()
    {
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        lock (_gate)
        {
            if (!_set)
            {
                if (SynchronizationContext.Current is { } context)
                {
                    (_elsewhere ??= []).Add((context, continuation));
                    return;
                }

                if (_count == _waiting.Length)
                {
                    Array.Resize(ref _waiting, Math.Max(LeastGroup, _count * 2));
                }

                _waiting[_count++] = continuation;
                return;
            }
        }

        if (SynchronizationContext.Current is { } here)
        {
            Post(here, continuation);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static go => go(), continuation, preferLocal: true);
        }
    }

    /// <summary>Lets everybody go on; only the first time counts.</summary>
    /// <param name="failure">Null: the commit is durable.</param>
    public void Set(Exception? failure)
    {
        lock (_gate)
        {
            if (_set)
            {
                return;
            }

            _failure = failure;
            _set = true;
            if (_task is not null)
            {
                Complete(_task);
            }
        }

        // Nobody adds to them any more.
        foreach (var (context, continuation) in _elsewhere ?? [])
        {
            Post(context, continuation);
        }

        var groups = Math.Clamp(_count / LeastGroup, 1, Environment.ProcessorCount);
        for (var group = 0; group < groups && _count > 0; group++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new Group(_waiting, _count * group / groups, _count * (group + 1) / groups), preferLocal: false);
        }
    }

    private static void Post(SynchronizationContext context, Action continuation) => context.Post(static go => ((Action)go!)(), continuation);

    private void Complete(TaskCompletionSource task)
    {
        if (_failure is null)
        {
            task.SetResult();
        }
        else
        {
            task.SetException(_failure);
        }
    }

    private sealed class Group(Action[] all, int from, int to) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            for (var i = from; i < to; i++)
            {
                all[i]();
            }
        }
    }
}
