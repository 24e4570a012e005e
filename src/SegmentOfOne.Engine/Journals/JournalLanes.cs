using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Journals;

/// <summary>
/// The journal of a home: one, or several that share the customers out, so that as many batches are written at once.
/// A customer's turns all go through the same one, and so in their order. A position says whose it is; 0 is that of a turn which
/// another process appended.
/// </summary>
internal sealed class JournalLanes : IDisposable
{
    private readonly Journal[] _lanes;

    public JournalLanes(IReadOnlyList<IJournalStorage> storages, EngineOptions options, Keyring? keyring, UndoBatch undo, LoseCustomer lose)
    {
        _lanes = new Journal[storages.Count];
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            _lanes[lane] = new Journal(
                storages[lane], options.MaxPendingTurns / _lanes.Length, options.MaxPendingBytes / _lanes.Length, undo, lose, lane, _lanes.Length, keyring);
        }
    }

    public IReadOnlyList<Journal> Lanes => _lanes;

    /// <summary>Turns that are durable here and not yet known to be saved elsewhere.</summary>
    public long UnsavedTurns => _lanes.Sum(lane => lane.UnsavedTurns);

    public long Bytes => _lanes.Sum(lane => lane.Bytes);

    /// <summary>When the oldest turn was queued that isn't known to be saved elsewhere, in milliseconds since 1970; null: all are.</summary>
    public long? OldestUnsaved => _lanes.Min(lane => lane.OldestUnsaved);

    /// <summary>The one that a customer's turns go through.</summary>
    public Journal Of(CustomerKey key) => _lanes[(uint)(key.Value >> 32) % (uint)_lanes.Length];

    /// <summary>What <see cref="Journal.Pending"/> says.</summary>
    public JournalBatch? Pending(long position) => At(position).Pending(position);

    /// <summary>What <see cref="Journal.Saved"/> says.</summary>
    public void Saved(long position, int turns)
    {
        if (position != 0)
        {
            At(position).Saved(position, turns);
        }
    }

    /// <summary>What <see cref="Journal.Keep"/> says.</summary>
    public void Keep(long position)
    {
        if (position != 0)
        {
            At(position).Keep(position);
        }
    }

    /// <summary>Reads what the storages keep, before anything else.</summary>
    public void Recover(BatchReader read)
    {
        foreach (var lane in _lanes)
        {
            lane.Recover(read);
        }
    }

    /// <summary>One step of each; false when there was nothing to do.</summary>
    public bool Step()
    {
        var did = false;
        foreach (var lane in _lanes)
        {
            did |= lane.Step();
        }

        return did;
    }

    public void Stop()
    {
        foreach (var lane in _lanes)
        {
            lane.Stop();
        }
    }

    public void Dispose()
    {
        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }
    }

    private Journal At(long position) => _lanes[position % _lanes.Length];
}
