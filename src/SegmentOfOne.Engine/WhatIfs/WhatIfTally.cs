using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Engine.WhatIfs;

/// <summary>What a running what-if has counted.</summary>
/// <param name="room">Differences to tell one by one.</param>
internal sealed class WhatIfTally(int room)
{
    private long _told;
    private long _decisions;
    private long _different;
    private long _reweighed;

    public WhatIfSums Before { get; } = new();

    public WhatIfSums After { get; } = new();

    public long Customers { get; set; }

    public long LeftOut { get; set; }

    public long Turns { get; set; }

    /// <summary>Whether one more difference is to be told; asking takes its place.</summary>
    public bool HasRoom => _told++ < room;

    /// <summary>Counts a decision under both playbooks; true: they differ in what was chosen.</summary>
    /// <param name="other">Null: the other playbook doesn't decide there.</param>
    public bool Count(Decided decided, Decided? other)
    {
        _decisions++;
        Before.Add(decided);
        if (other is not null)
        {
            After.Add(other);
        }

        var different = other is null || other.Action != decided.Action || other.Treatment != decided.Treatment;
        _different += different ? 1 : 0;
        _reweighed += !different && other != decided ? 1 : 0;
        return different;
    }

    public void CountCaps(ImmutableArray<CapRule> before, ImmutableArray<CapRule> after)
    {
        foreach (var cap in before)
        {
            Before.AddCapHit(cap.Text);
        }

        foreach (var cap in after)
        {
            After.AddCapHit(cap.Text);
        }
    }

    public WhatIfEvent.Progress Progress(long of) => new(Customers, of, Turns, _decisions, _different);

    public WhatIfResult Result() => new(Customers, LeftOut, Turns, _decisions, _different, _reweighed, Before, After);
}
