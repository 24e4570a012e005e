using System.Runtime.InteropServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Journals;

/// <summary>Turns that become durable together.</summary>
internal sealed class JournalBatch(long position, long queuedAt, byte[] buffer)
{
    private readonly CommitSignal _commit = new();
    private byte[] _buffer = buffer;
    private int _length = BatchFormat.HeaderBytes;
    private HashSet<CustomerKey>? _lost;
    private List<NewSecret>? _secrets;

    public long Position { get; } = position;

    /// <summary>When its first turn was queued, in milliseconds since 1970.</summary>
    public long QueuedAt { get; } = queuedAt;

    /// <summary>Turns that were queued, and the bytes that they took.</summary>
    public int Turns { get; private set; }

    public int Bytes { get; private set; } = BatchFormat.HeaderBytes;

    /// <summary>Turns that are still in it, once <see cref="Seal"/> has taken out those of lost customers.</summary>
    public int Kept { get; private set; }

    /// <summary>Completes when the turns are durable; fails with <see cref="CustomersUnavailableException"/> when they are not.</summary>
    public Task Commit => _commit.Task;

    /// <summary>The same for one of the many who wait for nothing else.</summary>
    public CommitSignal Signal => _commit;

    public void Add(CustomerKey key, long version, ReadOnlySpan<byte> turn, EntryKind kind = EntryKind.Clear)
    {
        var needed = _length + BatchFormat.MaxEntryOverhead + turn.Length;
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
        }

        var written = BatchFormat.WriteEntry(_buffer.AsSpan(_length), key, version, turn, kind);
        _length += written;
        Bytes += written;
        Turns++;
        Kept++;
    }

    /// <summary>Keys of customers who had none before: to be kept before its turns are.</summary>
    public ReadOnlySpan<NewSecret> Secrets => CollectionsMarshal.AsSpan(_secrets);

    public void Add(in NewSecret secret) => (_secrets ??= []).Add(secret);

    /// <summary>The turns of this customer won't be durable: another process has taken its versions.</summary>
    public void Lose(CustomerKey key) => (_lost ??= []).Add(key);

    /// <summary>Whether the turns of a customer were lost. To be asked when the commit is complete.</summary>
    public bool HasLost(CustomerKey key) => _lost is not null && _lost.Contains(key);

    /// <summary>The bytes to store, without the turns of lost customers.</summary>
    public ReadOnlySpan<byte> Seal()
    {
        BatchFormat.Seal(_buffer.AsSpan(0, _length), Position, QueuedAt);
        if (_lost is not null)
        {
            var end = BatchFormat.HeaderBytes;
            Kept = 0;
            for (var entries = Entries(); entries.MoveNext();)
            {
                if (!_lost.Contains(entries.Key))
                {
                    // Entries only move up, so what is written lies before what is yet to be read.
                    end += BatchFormat.WriteEntry(_buffer.AsSpan(end), entries.Key, entries.Version, entries.Turn, entries.Kind);
                    Kept++;
                }
            }

            _length = end;
            BatchFormat.Seal(_buffer.AsSpan(0, _length), Position, QueuedAt);
        }

        return _buffer.AsSpan(0, _length);
    }

    /// <summary>Goes through the turns of a sealed batch.</summary>
    public BatchFormat.BatchEntries Entries() => BatchFormat.Open(_buffer.AsSpan(0, _length), Position);

    // Whoever was told that it failed stays told, also when it turns out to be kept.
    public void Succeed() => _commit.Set(null);

    public void Fail(Exception why) => _commit.Set(why);

    /// <summary>Takes the buffer away, for another batch.</summary>
    public byte[] Recycle()
    {
        var buffer = _buffer;
        (_buffer, _length) = ([], 0);
        return buffer;
    }
}
