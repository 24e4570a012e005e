using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Journals;

/// <summary>What an answer about a customer waits for; the default: nothing.</summary>
internal readonly struct Commit(JournalBatch? batch, CustomerKey key)
{
    /// <summary>Completes when what the answer shows is durable or lost; fails with <see cref="CustomersUnavailableException"/>
    /// when nobody can promise it.</summary>
    public Task Done => batch is null ? Task.CompletedTask : batch.Commit;

    /// <summary>The same for one of the many who wait for nothing else; null: there is nothing to wait for.</summary>
    public CommitSignal? Signal => batch?.Signal;

    /// <summary>Once that is done: whether another process has taken the customer's versions, so that the answer shows what never was.</summary>
    public bool IsLost => batch is not null && batch.HasLost(key);
}
