using System.Threading.Tasks.Sources;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Journals;

namespace SegmentOfOne.Engine;

/// <summary>
/// A turn that is decided and waits for its commit. One object stands for the whole wait, where an async method would have a state
/// machine and a delegate: at any time there are hundreds, and what they touch when they go on is out of the processor's caches by then.
/// </summary>
internal sealed class PendingTurn(LiveCustomer customer, TurnRequest request, TurnAnswer answer, Commit commit) : IValueTaskSource<TurnAnswer>
{
    private ManualResetValueTaskSourceCore<TurnAnswer> _core;

    /// <summary>The answer, once it is durable. To be awaited once.</summary>
    public ValueTask<TurnAnswer> Durable => new(this, _core.Version);

    /// <summary>The commit is complete, or has failed.</summary>
    public void GoOn(Exception? failure)
    {
        if (failure is not null)
        {
            _core.SetException(failure);
        }
        else if (commit.IsLost)
        {
            _ = TakeAgain();
        }
        else
        {
            _core.SetResult(answer);
        }
    }

    TurnAnswer IValueTaskSource<TurnAnswer>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<TurnAnswer>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<TurnAnswer>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Another process has taken the customer's versions: what was decided never was.</summary>
    private async Task TakeAgain()
    {
        try
        {
            _core.SetResult(await customer.TurnAgain(request));
        }
        catch (Exception e)
        {
            _core.SetException(e);
        }
    }
}
