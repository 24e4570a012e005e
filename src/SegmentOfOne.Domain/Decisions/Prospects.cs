namespace SegmentOfOne.Domain.Decisions;

/// <summary>Candidates by the highest priority that each could have: the most promising first, of equals the one that stands first. A heap in
/// memory of the caller.</summary>
internal ref struct Prospects(Span<Prospect> room)
{
    private readonly Span<Prospect> heap = room;
    private int count;

    public void Add(Prospect prospect)
    {
        var place = count++;
        while (place > 0 && prospect.ComesBefore(heap[(place - 1) / 2]))
        {
            heap[place] = heap[(place - 1) / 2];
            place = (place - 1) / 2;
        }

        heap[place] = prospect;
    }

    /// <summary>The most promising that is left, which leaves; false when none is.</summary>
    public bool TryTake(out Prospect first)
    {
        first = count > 0 ? heap[0] : default;
        if (count == 0)
        {
            return false;
        }

        var last = heap[--count];
        var place = 0;
        for (var child = 1; child < count; child = 2 * place + 1)
        {
            child += child + 1 < count && heap[child + 1].ComesBefore(heap[child]) ? 1 : 0;
            if (!heap[child].ComesBefore(last))
            {
                break;
            }

            heap[place] = heap[child];
            place = child;
        }

        heap[place] = last;
        return true;
    }
}
