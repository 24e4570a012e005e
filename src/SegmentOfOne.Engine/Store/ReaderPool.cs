using System.Data.Common;

namespace SegmentOfOne.Engine.Store;

/// <summary>
/// Threads that read single customers from the store, so that no caller's thread waits for a disk and no more reads run at once
/// than the disk is asked for. Without threads, work is done where it is asked for.
/// </summary>
internal sealed class ReaderPool : IDisposable
{
    private readonly int _maxWaiting;
    private readonly Queue<Work> _waiting = [];
    private readonly Thread[] _threads;
    private readonly IStoreReader? _inline;
    private bool _stopping;

    public ReaderPool(ICustomerStore store, int threads, int maxWaiting)
    {
        _maxWaiting = maxWaiting;
        _threads = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            var reader = store.OpenReader();
            _threads[i] = new Thread(() => Serve(reader)) { Name = $"store reader {i}", IsBackground = true };
            _threads[i].Start();
        }

        _inline = threads == 0 ? store.OpenReader() : null;
    }

    /// <summary>Runs <paramref name="read"/> with a reader.</summary>
    public Task<T> Run<T>(Func<IStoreReader, T> read)
    {
        var work = new Work<T>(read);
        if (_inline is not null)
        {
            lock (_inline)
            {
                work.Do(_inline);
            }

            return work.Done;
        }

        lock (_waiting)
        {
            if (_stopping || _waiting.Count >= _maxWaiting)
            {
                throw _stopping
                    ? new CustomersUnavailableException(Unavailability.Draining, "The engine is stopping.", TimeSpan.FromSeconds(1))
                    : new CustomersUnavailableException(
                        Unavailability.Overloaded, "Too many customers are waiting to be read from the store.", TimeSpan.FromMilliseconds(100));
            }

            _waiting.Enqueue(work);
            Monitor.Pulse(_waiting);
        }

        return work.Done;
    }

    /// <summary>Finishes what waits, then ends the threads.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _stopping = true;
            Monitor.PulseAll(_waiting);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _inline?.Dispose();
    }

    private void Serve(IStoreReader reader)
    {
        using (reader)
        {
            while (true)
            {
                Work? work;
                lock (_waiting)
                {
                    while (!_waiting.TryDequeue(out work))
                    {
                        if (_stopping)
                        {
                            return;
                        }

                        Monitor.Wait(_waiting);
                    }
                }

                work.Do(reader);
            }
        }
    }

    private abstract class Work
    {
        public abstract void Do(IStoreReader reader);
    }

    private sealed class Work<T>(Func<IStoreReader, T> read) : Work
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Done => _done.Task;

        public override void Do(IStoreReader reader)
        {
            try
            {
                _done.SetResult(read(reader));
            }
            catch (DbException e)
            {
                _done.SetException(new CustomersUnavailableException(
                    Unavailability.Storage, $"The store can't be read: {e.Message}", TimeSpan.FromSeconds(1), e));
            }
            catch (Exception e)
            {
                // Whatever it is, it is the caller's to hear, and this thread's to survive.
                _done.SetException(e);
            }
        }
    }
}
