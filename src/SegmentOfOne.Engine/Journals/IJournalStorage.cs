using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Journals;

/// <summary>
/// Where a journal's batches are kept. Used by one thread at a time. Its failures are <see cref="JournalStorageException"/>.
/// </summary>
internal interface IJournalStorage : IDisposable
{
    /// <summary>Bytes that it takes; 0 where others share it.</summary>
    long Bytes { get; }

    /// <summary>Turns of one batch at most.</summary>
    int MaxBatchTurns => int.MaxValue;

    /// <summary>Customers of the batch committed last whose versions another process had taken: none of their turns in it is kept.
    /// Always empty where nobody else writes.</summary>
    IReadOnlyCollection<CustomerKey> Taken => [];

    /// <summary>Every batch that is kept, in order of position.</summary>
    void ReadAll(BatchReader read);

    /// <summary>Keeps a batch. When it returns, the batch outlives the loss of power; when it throws, nobody knows yet.</summary>
    void Commit(long position, ReadOnlySpan<byte> entries);

    /// <summary>After a commit that threw: whether the batch is kept. From then on it stays so. Throws while it can't say.</summary>
    bool Settle(long position);

    /// <summary>Lets batches go that nobody needs any more. May be lost.</summary>
    void Trim(ReadOnlySpan<long> positions);
}

/// <summary>Takes one batch.</summary>
internal delegate void BatchReader(long position, ReadOnlySpan<byte> entries);

/// <summary>The storage could not do what was asked.</summary>
internal sealed class JournalStorageException(string message, Exception? inner = null) : Exception(message, inner);
