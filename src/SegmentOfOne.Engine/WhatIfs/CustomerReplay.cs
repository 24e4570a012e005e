using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Stories;

namespace SegmentOfOne.Engine.WhatIfs;

/// <summary>
/// One customer's story, page by page, beside what it would have been. The inputs of a turn are its facts: what was observed or asked,
/// when it was recorded, which placements were decided, where the customer was noted to be.
/// </summary>
internal sealed class CustomerReplay(CustomerHome home, CustomerKey key, WhatIfQuestion question, WhatIfTally tally)
{
    /// <summary>Turns read at once: a few milliseconds of computing.</summary>
    private const int Stretch = 128;

    private readonly CustomerState _real = new(key);
    private readonly CustomerState _other = new(key);
    private readonly CustomerState _scratch = new(key);
    private bool _begun;
    private bool _ended;

    /// <summary>Replays the next turns, and adds the differences found; false: there are no more. Nothing happens for a customer that isn't there.</summary>
    public async ValueTask<bool> Step(List<WhatIfEvent.Difference> differences, CancellationToken ct)
    {
        if (!_begun)
        {
            await Begin(ct);
        }

        if (_ended || await new Story(home, key).Page(newestFirst: false, _real.Version, Stretch, ct) is not { } page)
        {
            return false;
        }

        foreach (var turn in page.Turns)
        {
            if (turn.At >= question.To)
            {
                return false;
            }

            Replay(turn, turn.Asked > 0 ? await home.Shelf.Of(turn, ct) : null, differences);
        }

        _ended = page.Next is null;
        return !_ended;
    }

    private async ValueTask Begin(CancellationToken ct)
    {
        _begun = true;
        var state = await StateBefore(ct);
        if (state.Version > 0)
        {
            var bytes = StateFormat.ToBytes(state);
            Read(_real, bytes);
            Read(_other, bytes);
        }
    }

    /// <summary>Where the replay begins: at the time asked for, or at the first turn that is kept.</summary>
    private async ValueTask<CustomerState> StateBefore(CancellationToken ct)
    {
        try
        {
            if (question.From is { } from)
            {
                return (await new Story(home, key).At(from - TimeSpan.FromMilliseconds(1), ct)).State;
            }
        }
        catch (HistoryForgottenException)
        {
        }

        return await new Story(home, key).Oldest(ct);
    }

    /// <param name="playbook">The turn's own; null where it decided nothing.</param>
    private void Replay(Turn turn, Playbook? playbook, List<WhatIfEvent.Difference> differences)
    {
        tally.Turns++;
        if (playbook is not null)
        {
            var before = StateFormat.ToBytes(_real);
            if (!question.Carry)
            {
                Read(_other, before);
            }

            var otherBefore = question.Carry ? StateFormat.ToBytes(_other) : before;
            var alternative = Customer.WhatIf(_other, turn, question.Playbook);
            Compare(new Pair(turn, playbook, before, alternative, otherBefore), differences);
        }
        else if (question.Carry)
        {
            Customer.WhatIf(_other, turn, question.Playbook);
        }

        Stored.Fold(_real, turn);
    }

    private void Compare(in Pair pair, List<WhatIfEvent.Difference> differences)
    {
        tally.CountCaps(
            Customer.CapHits(Scratch(pair.Before), pair.Turn, pair.Playbook),
            Customer.CapHits(Scratch(pair.OtherBefore), pair.Alternative.Turn, question.Playbook));
        var (index, otherIndex, asked) = (0, 0, 0);
        foreach (var fact in pair.Turn.Facts)
        {
            if (fact is Decided { AskedBy: not null })
            {
                // What journeys did stands on both sides as it was.
                (index, otherIndex) = (index + 1, otherIndex + 1);
            }
            else if (fact is Decided decided)
            {
                var other = pair.Alternative.Decisions[asked++] is null ? null : Decision(pair.Alternative.Turn, otherIndex);
                if (tally.Count(decided, other) && tally.HasRoom)
                {
                    differences.Add(Explain(pair, decided, index, other, otherIndex));
                }

                index++;
                otherIndex += other is null ? 0 : 1;
            }
        }
    }

    private WhatIfEvent.Difference Explain(in Pair pair, Decided decided, int index, Decided? other, int otherIndex) => new(
        new ReceiptId(key, pair.Turn.Version, index),
        pair.Turn.At,
        decided.Placement,
        Choice(decided, other?.Action, Customer.Explain(Scratch(pair.Before), pair.Turn, index, pair.Playbook)),
        other is null
            ? null
            : Choice(other, decided.Action, Customer.Explain(Scratch(pair.OtherBefore), pair.Alternative.Turn, otherIndex, question.Playbook)));

    private static WhatIfChoice Choice(Decided decided, string? instead, Receipt receipt)
    {
        WhatIfReason? reason = null;
        if (instead is not null && instead != decided.Action)
        {
            var candidate = receipt.Candidates.FirstOrDefault(candidate => candidate.Action == instead);
            reason = new WhatIfReason(instead, candidate?.Verdict, candidate?.Rule, candidate?.Needed);
        }

        return new WhatIfChoice(decided.Action, decided.Treatment, decided.Reserved?.Purpose, decided.Priority, reason);
    }

    private static Decided Decision(Turn turn, int index)
    {
        foreach (var fact in turn.Facts)
        {
            if (fact is Decided decided && index-- == 0)
            {
                return decided;
            }
        }

        throw new ArgumentException($"turn {turn.Version} has no such decision", nameof(index));
    }

    private CustomerState Scratch(byte[] bytes)
    {
        Read(_scratch, bytes);
        return _scratch;
    }

    private static void Read(CustomerState state, byte[] bytes)
    {
        state.Reset(state.Key);
        Stored.ReadState(state, bytes);
    }

    /// <summary>A turn as it was and as it would have been, each with the state before it.</summary>
    private readonly record struct Pair(Turn Turn, Playbook Playbook, byte[] Before, Alternative Alternative, byte[] OtherBefore);
}
