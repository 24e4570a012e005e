using System.Diagnostics;
using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine;

/// <content>Turns that nobody asks for.</content>
public readonly partial struct LiveCustomer
{
    /// <summary>Turns of what became due in one holding of the customer's lock; its other turns can come between.</summary>
    private const int DuesAtOnce = 32;

    /// <summary>
    /// Takes the turns of what is due by now, one after the other, until nothing is; then says when to look again. Answers when they are
    /// durable. While the journal or memory is at its bound it waits: what is due is late then, and not lost.
    /// </summary>
    /// <exception cref="CustomersUnavailableException">It couldn't be done; it is still due.</exception>
    /// <exception cref="CustomerDamagedException">What is stored of the customer can't be read.</exception>
    public async ValueTask Wake(CancellationToken ct)
    {
        for (var mayRetry = true; ;)
        {
            ct.ThrowIfCancellationRequested();
            var step = TakeDues();
            switch (step.Next)
            {
                case Next.Activate:
                    try
                    {
                        if (!(await home.Activate(key).WaitAsync(ct)).Exists)
                        {
                            return;
                        }

                        LeaveSoon();
                    }
                    catch (CustomersUnavailableException e) when (e.Reason == Unavailability.Overloaded)
                    {
                        await Task.Delay(e.RetryAfter, ct);
                    }

                    break;
                case Next.AskPlaybook:
                    await home.Shelf.Load((int)step.Version, ct);
                    break;
                case Next.NotPart:
                    await home.Identities.Finish(key, ct);
                    break;
                case Next.Again or Next.Answer:
                    await step.Commit.Done.WaitAsync(ct);
                    if (step.Commit.IsLost)
                    {
                        // Another process has the customer, or had it: read it again, once.
                        if (!mayRetry)
                        {
                            throw new CustomersUnavailableException(
                                Unavailability.Storage, "Another process answers for this customer.", TimeSpan.FromSeconds(1));
                        }

                        mayRetry = false;
                    }
                    else if (step.Next == Next.Answer)
                    {
                        return;
                    }

                    break;
                case Next.Fail when step.Failure is CustomersUnavailableException { Reason: Unavailability.Overloaded } busy:
                    await Task.Delay(busy.RetryAfter, ct);
                    break;
                case Next.Fail:
                    throw step.Failure!;
                default:
                    throw new UnreachableException($"step {step.Next}");
            }
        }
    }

    /// <summary>Takes turns of what is due, as many as in one go.</summary>
    private Step TakeDues()
    {
        if (home.Closed is { } closed)
        {
            return Failed(closed);
        }

        var playbooks = home.Shelf.Set;
        var now = home.Now;
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            if (Unsafe.IsNullRef(ref resident))
            {
                return new Step(Next.Activate);
            }

            if ((resident.Flags & (ResidentFlags.SetAside | ResidentFlags.Erasing)) != 0)
            {
                return Closed(resident);
            }

            DropUnsure(ref resident);
            if (resident.State == 0)
            {
                return new Step(Next.Activate);
            }

            var state = home.Bench.State;
            state.Reset(key);
            Stored.ReadState(state, home.Residents.Slabs[resident.State]);
            var step = new Step(Next.Again);
            for (var due = 0; due < DuesAtOnce && step.Next == Next.Again; due++)
            {
                var commit = step.Commit;
                step = TakeDue(shard, ref resident, state, playbooks, now);
                if (step.Next == Next.Answer)
                {
                    return step with { Commit = due > 0 ? commit : home.CommitOf(resident) };
                }
            }

            return step;
        }
    }

    /// <summary>Takes the turn of what is due first: then again. When nothing is due, notes when to look again: that is the answer.</summary>
    private Step TakeDue(Shard shard, ref Resident resident, CustomerState state, PlaybookSet playbooks, Instant now)
    {
        switch (Customer.Wake(state, playbooks, now))
        {
            case TurnOutcome.Done done:
                var step = Append(shard, ref resident, state, done, default, playbooks, now);
                if (step.Next != Next.Answer)
                {
                    return step;
                }

                home.Figures.CountClockTurn();
                return step with { Next = Next.Again };
            case TurnOutcome.AskPlaybook ask:
                return new Step(Next.AskPlaybook) { Version = ask.Version };
            case TurnOutcome.Unsettled:
                return new Step(Next.NotPart);
            case TurnOutcome.NothingDue:
                var due = CustomerHome.DueOf(state, playbooks, now);
                shard.SetDue(ref resident, due);
                if (resident.Tail == 0 && (resident.Flags & (ResidentFlags.Queued | ResidentFlags.Saving)) == 0)
                {
                    // No checkpoint will write the row, where another time stands.
                    home.Redates.Add(key, resident.Version, new DueColumns(due, playbooks.InForce.Version));
                }

                return new Step(Next.Answer);
            default:
                throw new UnreachableException("outcome of a turn by time");
        }
    }

    /// <summary>Lets a customer that was read only to be looked at leave memory before those that were touched.</summary>
    private void LeaveSoon()
    {
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            if (!Unsafe.IsNullRef(ref resident))
            {
                resident.Touched = home.Seconds - home.IdleSeconds;
            }
        }
    }

    /// <summary>What may be old is to be read again before it is looked at.</summary>
    private void DropUnsure(ref Resident resident)
    {
        if ((resident.Flags & ResidentFlags.Unsure) != 0)
        {
            resident.Flags &= ~ResidentFlags.Unsure;
            home.Residents.DropState(ref resident);
        }
    }
}
