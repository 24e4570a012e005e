using SegmentOfOne.Engine.Journals;

namespace SegmentOfOne.Engine.Tests.Simulation;

/// <summary>What may go wrong with a commit.</summary>
internal enum Fault
{
    None,

    /// <summary>Nothing is kept, and that is said.</summary>
    Fails,

    /// <summary>It is kept, but the answer is lost.</summary>
    LosesAnswer,

    /// <summary>Half of it is kept: as if nothing, once the storage has looked.</summary>
    Tears,
}

/// <summary>A journal's storage in memory that outlives the engine, with faults from a seed. After a fault it may take a while
/// until it can say what it kept. Reads some batches twice.</summary>
internal sealed class SimulatedJournal(int seed, double faults) : IJournalStorage
{
    private readonly Random _random = new(seed);
    private readonly SortedDictionary<long, byte[]> _kept = [];
    private readonly HashSet<long> _torn = [];
    private int _silentFor;

    /// <summary>No more faults, and whatever was unclear can be said.</summary>
    public bool IsHealed { get; set; }

    public int Faults { get; private set; }

    public int Batches => _kept.Count;

    public long Bytes => _kept.Values.Sum(batch => (long)batch.Length);

    public void ReadAll(BatchReader read)
    {
        // What a commit left half done isn't there, as with a file whose log ends in the middle of a transaction.
        ForgetTorn();
        foreach (var (position, entries) in _kept)
        {
            read(position, entries);
            if (_random.Next(4) == 0)
            {
                read(position, entries);
            }
        }
    }

    public void Commit(long position, ReadOnlySpan<byte> entries)
    {
        var fault = Next();
        if (fault != Fault.Fails)
        {
            var length = fault == Fault.Tears ? entries.Length / 2 : entries.Length;
            _kept.Add(position, entries[..length].ToArray());
        }

        if (fault == Fault.Tears)
        {
            _torn.Add(position);
        }

        if (fault != Fault.None)
        {
            Faults++;
            _silentFor = _random.Next(3);
            throw new JournalStorageException($"{fault} at {position}");
        }
    }

    public bool Settle(long position)
    {
        if (!IsHealed && _silentFor-- > 0)
        {
            throw new JournalStorageException("can't say yet");
        }

        ForgetTorn();
        return _kept.ContainsKey(position);
    }

    public void Trim(ReadOnlySpan<long> positions)
    {
        foreach (var position in positions)
        {
            if (Next() != Fault.None)
            {
                throw new JournalStorageException("trim failed");
            }

            _kept.Remove(position);
        }
    }

    public void Dispose()
    {
        // It outlives the engine.
    }

    private Fault Next() =>
        IsHealed || _random.NextDouble() >= faults ? Fault.None : (Fault)_random.Next((int)Fault.Fails, (int)Fault.Tears + 1);

    private void ForgetTorn()
    {
        foreach (var position in _torn)
        {
            _kept.Remove(position);
        }

        _torn.Clear();
    }
}
