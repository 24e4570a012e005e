using System.Diagnostics;
using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Engine.Stories;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine;

/// <content>Becoming part of another customer, and coming apart.</content>
public readonly partial struct LiveCustomer
{
    /// <summary>Takes a step of identity; answers when it is durable. Once its append has begun, <paramref name="ct"/> only ends the waiting.</summary>
    public async ValueTask<StepAnswer> TakeStep(IdentityStep step, CancellationToken ct)
    {
        var known = default(Known);
        for (var mayRetry = true; ;)
        {
            ct.ThrowIfCancellationRequested();
            var taken = Take(step, known);
            switch (taken.Next)
            {
                case Next.Activate:
                    var activation = await home.Activate(key).WaitAsync(ct);
                    if (activation.IsErased)
                    {
                        return new StepAnswer(StepResult.Erased, default);
                    }

                    known = known with { AbsentAt = activation.Exists ? null : activation.Epoch, Secret = activation.Secret };
                    break;
                case Next.AskPlaybook:
                    await home.Shelf.Load((int)taken.Version, ct);
                    break;
                case Next.Again:
                    break;
                case Next.Answer:
                    await taken.Commit.Done.WaitAsync(ct);
                    if (!taken.Commit.IsLost)
                    {
                        return taken.Stepped;
                    }

                    if (!mayRetry)
                    {
                        throw new CustomersUnavailableException(
                            Unavailability.Storage, "Another process answers for this customer.", TimeSpan.FromMilliseconds(100));
                    }

                    (mayRetry, known) = (false, default);
                    break;
                case Next.Fail:
                    throw taken.Failure!;
                default:
                    throw new UnreachableException($"step {taken.Next}");
            }
        }
    }

    /// <summary>What is known of the customer itself, also of one that another answers for. Null: no such customer.</summary>
    internal async ValueTask<CustomerState?> Own(CancellationToken ct)
    {
        while (TryRead(out var state, out var commit))
        {
            await commit.Done.WaitAsync(ct);
            if (!commit.IsLost)
            {
                return state;
            }
        }

        var then = await new Story(home, key).Through(long.MaxValue, ct);
        return then.State.Version > 0 ? then.State : null;
    }

    /// <summary>The customer that answers for this one, which has it: what was cut off between the two is finished first.</summary>
    private async ValueTask<CustomerView?> Whole(Redirect redirect, Instant? asOf, CancellationToken ct)
    {
        var view = await home.Reach.Get(redirect.Into, asOf, ct);
        if (view?.State.Identity.PartOf(key) is not null)
        {
            return view;
        }

        await home.Identities.Finish(key, ct);
        return (await Own(ct))?.Identity.Redirect is { } still ? await home.Reach.Get(still.Into, asOf, ct) : await Get(asOf, ct);
    }

    private Step Take(IdentityStep step, in Known known)
    {
        if (home.Closed is { } closed)
        {
            return Failed(closed);
        }

        var playbooks = home.Shelf.Set;
        var now = home.Now;
        var state = home.Bench.State;
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            if (!Unsafe.IsNullRef(ref resident))
            {
                if ((resident.Flags & (Residents.ResidentFlags.SetAside | Residents.ResidentFlags.Erasing)) != 0)
                {
                    return Closed(resident);
                }

                DropUnsure(ref resident);
            }

            if (!Unsafe.IsNullRef(ref resident) && resident.State != 0)
            {
                state.Reset(key);
                Stored.ReadState(state, home.Residents.Slabs[resident.State]);
                resident.Touched = home.Seconds;
            }
            else if (Unsafe.IsNullRef(ref resident) && known.AbsentAt == shard.Epoch)
            {
                if (step is not (IdentityStep.Give or IdentityStep.Take))
                {
                    return new Step(Next.Answer) { Stepped = new StepAnswer(StepResult.Outdated, default) };
                }

                state.Reset(key);
            }
            else
            {
                return new Step(Next.Activate);
            }

            for (var due = 0; ; due++)
            {
                switch (Customer.Step(state, step, playbooks, now))
                {
                    case TurnOutcome.Done done:
                        var result = done.Turn.Facts.Any(fact => fact is PartRefused) ? StepResult.Refused : StepResult.Done;
                        return Append(shard, ref resident, state, done, known.Secret, playbooks, now) with { Stepped = new StepAnswer(result, default) };
                    case TurnOutcome.Stepped stepped:
                        return new Step(Next.Answer) { Stepped = new StepAnswer(stepped.Result, stepped.Into), Commit = Unsafe.IsNullRef(ref resident) ? default : home.CommitOf(resident) };
                    case TurnOutcome.AskPlaybook ask:
                        return new Step(Next.AskPlaybook) { Version = ask.Version };
                    case TurnOutcome.DueFirst when due == DuesAtOnce:
                        return new Step(Next.Again);
                    case TurnOutcome.DueFirst:
                        if (TakeDue(shard, ref resident, state, playbooks, now) is { Next: not Next.Again } other)
                        {
                            return other.Next == Next.Answer ? new Step(Next.Again) : other;
                        }

                        break;
                    default:
                        throw new UnreachableException("outcome of a step");
                }
            }
        }
    }
}
