using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Journals;

/// <summary>Turns that become durable together.</summary>
internal sealed class JournalBatch(long position, long queuedAt, byte[] buffer)
{
    private readonly TaskCompletionSource _commit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _buffer = buffer;
    private int _length = BatchFormat.HeaderBytes;

    public long Position { get; } = position;

    /// <summary>When its first turn was queued, in milliseconds since 1970.</summary>
    public long QueuedAt { get; } = queuedAt;

    public int Turns { get; private set; }

    /// <summary>Completes when the turns are durable; fails with <see cref="CustomersUnavailableException"/> when they are not.</summary>
    public Task Commit => _commit.Task;

    public int Bytes => _length;

    public void Add(CustomerKey key, long version, ReadOnlySpan<byte> turn)
    {
        var needed = _length + BatchFormat.MaxEntryOverhead + turn.Length;
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
        }

        _length += BatchFormat.WriteEntry(_buffer.AsSpan(_length), key, version, turn);
        Turns++;
    }

    /// <summary>The bytes to store.</summary>
    public ReadOnlySpan<byte> Seal()
    {
        BatchFormat.Seal(_buffer.AsSpan(0, _length), Position, QueuedAt);
        return _buffer.AsSpan(0, _length);
    }

    /// <summary>Goes through the turns of a sealed batch.</summary>
    public BatchFormat.BatchEntries Entries() => BatchFormat.Open(_buffer.AsSpan(0, _length), Position);

    // Whoever was told that it failed stays told, also when it turns out to be kept.
    public void Succeed() => _commit.TrySetResult();

    public void Fail(Exception why) => _commit.TrySetException(why);

    /// <summary>Takes the buffer away, for another batch.</summary>
    public byte[] Recycle()
    {
        var buffer = _buffer;
        (_buffer, _length) = ([], 0);
        return buffer;
    }
}
