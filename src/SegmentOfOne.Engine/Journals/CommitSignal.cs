namespace SegmentOfOne.Engine.Journals;

/// <summary>
/// Tells everybody who waits for one commit. There are hundreds at once, so they go on in a few groups, one after another in each,
/// on the thread pool: queued one by one they would cost more than what they still have to do. Who waits in a synchronization context
/// goes on there.
/// </summary>
internal sealed class CommitSignal
{
    /// <summary>Fewer than this aren't worth another thread.</summary>
    private const int LeastGroup = 16;

    private readonly Lock _gate = new();
    private PendingTurn[] _waiting = [];
    private int _count;
    private List<(SynchronizationContext Context, PendingTurn Turn)>? _elsewhere;
    private TaskCompletionSource? _task;
    private Exception? _failure;
    private bool _set;

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

    /// <summary>Lets a turn wait for the commit; one that comes late is told at once.</summary>
    public void Add(PendingTurn turn)
    {
        lock (_gate)
        {
            if (!_set)
            {
                if (SynchronizationContext.Current is { } context)
                {
                    (_elsewhere ??= []).Add((context, turn));
                    return;
                }

                if (_count == _waiting.Length)
                {
                    Array.Resize(ref _waiting, Math.Max(LeastGroup, _count * 2));
                }

                _waiting[_count++] = turn;
                return;
            }
        }

        turn.GoOn(_failure);
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
        foreach (var (context, turn) in _elsewhere ?? [])
        {
            context.Post(_ => turn.GoOn(failure), null);
        }

        var groups = Math.Clamp(_count / LeastGroup, 1, Environment.ProcessorCount);
        for (var group = 0; group < groups && _count > 0; group++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new Group(_waiting, _count * group / groups, _count * (group + 1) / groups, failure), preferLocal: false);
        }
    }

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

    private sealed class Group(PendingTurn[] all, int from, int to, Exception? failure) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            for (var i = from; i < to; i++)
            {
                all[i].GoOn(failure);
            }
        }
    }
}
