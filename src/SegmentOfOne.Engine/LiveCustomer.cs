using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Stories;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine;

/// <summary>
/// The whole life of a customer: load, turn, append, evolve, answer. Between turns a customer is bytes in its home; this is only its name
/// and what it does. Whoever calls may do so at any time and from anywhere; turns of one customer happen one after the other,
/// and the next begins while the commit of the one before is under way.
/// </summary>
public readonly partial struct LiveCustomer
{
    /// <summary>How often one call may find that the turn it repeats was undone; beyond, the customer's ids and its history don't agree.</summary>
    private const int MostUndone = 3;

    private readonly CustomerHome home;
    private readonly CustomerKey key;

    internal LiveCustomer(CustomerHome home, CustomerKey key) => (this.home, this.key) = (home, key);

    public CustomerKey Key => key;

    /// <summary>
    /// One turn.
    /// <list type="number">
    /// <item>Under the customer's lock, by computing alone: decode, decide, encode, queue for the journal (<see cref="Take"/>).</item>
    /// <item>Not in memory: read it from the store, then again.</item>
    /// <item>The recent ids can't tell a repeat from a new id: look in history, then again with the verdict.</item>
    /// <item>A journey is pinned to a playbook that isn't in memory: get it, then again.</item>
    /// <item>More became due before than is carried out in one go: the rest of it, then again.</item>
    /// <item>The interaction claims another name of the customer: bring together what belongs together, then again. The customer is part of another: ask
    /// that one.</item>
    /// <item>A repeat: the first reply again.</item>
    /// <item>When what the answer rests on is durable, answer. Has another process taken the customer's versions, all over again, once.</item>
    /// </list>
    /// Once its append has begun, <paramref name="ct"/> only ends the waiting.
    /// </summary>
    /// <param name="place">Told when the turn is queued for the journal by the time this returns; null: nobody asks. Only where no other
    /// process can take the customer's versions, for then it would be queued again.</param>
    public ValueTask<TurnAnswer> Turn(TurnRequest request, TurnPlace? place, CancellationToken ct)
    {
        // 1. The path of nearly every turn holds no more than the wait for its commit.
        var step = Take(request, default);
        if (place is not null)
        {
            place.IsTaken = step.Next == Next.Answer;
        }

        return step switch
        {
            { Next: Next.Answer, Commit.Signal: null } => ValueTask.FromResult(step.Answer!),
            { Next: Next.Answer, Commit.Signal: { } signal } when !ct.CanBeCanceled => Durable(request, step, signal),
            _ => Continue(request, step, mayRetry: true, ct),
        };
    }

    /// <inheritdoc cref="Turn(TurnRequest, TurnPlace?, CancellationToken)"/>
    public ValueTask<TurnAnswer> Turn(TurnRequest request, CancellationToken ct) => Turn(request, place: null, ct);

    /// <summary>This process answers for the customer no more: waits for what it has begun. What memory has stays, for the case that
    /// the customer comes back, and is looked at with suspicion then.</summary>
    public async ValueTask Leave(CancellationToken ct)
    {
        while (TryLeave(out var commit) is false)
        {
            await ((Task)commit.Done.WaitAsync(ct)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A turn whose first attempt was lost to another process.</summary>
    internal ValueTask<TurnAnswer> TurnAgain(TurnRequest request) =>
        Continue(request, new Step(Next.Activate), mayRetry: false, CancellationToken.None);

    private async ValueTask<TurnAnswer> Continue(TurnRequest request, Step step, bool mayRetry, CancellationToken ct)
    {
        var known = default(Known);
        while (true)
        {
            switch (step.Next)
            {
                // 2. Not in memory: read it from the store, then again.
                case Next.Activate:
                    var activation = await home.Activate(key).WaitAsync(ct);
                    if (activation.IsErased)
                    {
                        step = Refused(Erased);
                        continue;
                    }

                    known = known with { AbsentAt = activation.Exists ? null : activation.Epoch, Secret = activation.Secret };
                    break;

                // 3. Look in history, then again with the verdict.
                case Next.AskHistory:
                    var id = step.IdHash;
                    if (step.ToRead is { } ids)
                    {
                        _ = Read(ids);
                    }

                    known = known with { Verdict = await LookUp(id).WaitAsync(ct), AskedAt = step.Version };
                    break;

                // 4. Get the playbook, then again.
                case Next.AskPlaybook:
                    await home.Shelf.Load((int)step.Version, ct);
                    break;

                // 5. The rest of what is due, then again.
                case Next.Again:
                    break;

                // 6. Bring together what belongs together, then again.
                case Next.AskIdentity:
                    known = known with { Refused = await home.Identities.Settle(key, request.Customer, step.Claims, ct) };
                    break;

                // The other side of a merge comes first.
                case Next.NotPart:
                    if (known.IsFinished)
                    {
                        if (await home.Reach.Get(request.Via!.Key, null, ct) is { } again && again.Key == request.Via.Key)
                        {
                            // It lives by itself again.
                            return await home.Reach.Turn(again.Key, request with { Via = null }, ct);
                        }

                        step = Failed(new CustomersUnavailableException(
                            Unavailability.Storage, "The customer is being merged or parted; ask again.", TimeSpan.FromMilliseconds(200)));
                        continue;
                    }

                    await home.Identities.Finish(request.Via!.Key, ct);
                    known = known with { IsFinished = true };
                    break;

                // The customer is part of another: ask that one.
                case Next.Moved:
                    var route = new Detour(request.Via?.Key ?? key, (request.Via?.Hops ?? 0) + 1);
                    return route.Hops <= Detour.MostHops
                        ? await home.Reach.Turn(step.Into, request with { Via = route }, ct)
                        : throw new CustomerDamagedException(key, "redirect");

                // 7. A repeat: the first reply again.
                case Next.Repeat:
                    if (await Repeat(request, step.Version, ct) is { } repeated)
                    {
                        return repeated;
                    }

                    // The turn that had answered it didn't become durable, and was undone meanwhile: so it never was answered.
                    known = known.Undone < MostUndone
                        ? new Known { IsFinished = known.IsFinished, Undone = known.Undone + 1 }
                        : throw new CustomerDamagedException(key, $"turn {step.Version}");
                    break;

                // 8. When what the answer rests on is durable, answer.
                case Next.Answer:
                    await step.Commit.Done.WaitAsync(ct);
                    if (!step.Commit.IsLost)
                    {
                        return step.Answer!;
                    }

                    if (!mayRetry)
                    {
                        step = Failed(new CustomersUnavailableException(
                            Unavailability.Storage, "Another process answers for this customer.", TimeSpan.FromMilliseconds(100)));
                        continue;
                    }

                    (mayRetry, known) = (false, default);
                    break;

                case Next.Fail:
                    home.Figures.Count(step.Failure!);
                    throw step.Failure!;

                default:
                    throw new UnreachableException($"step {step.Next}");
            }

            step = Take(request, known);
        }
    }

    /// <summary>Decode, decide, encode, queue: a few microseconds of computing under the lock, no I/O.</summary>
    private Step Take(TurnRequest request, in Known known)
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
            if (!Unsafe.IsNullRef(ref resident) && (resident.Flags & (ResidentFlags.SetAside | ResidentFlags.Erasing)) != 0)
            {
                return Closed(resident);
            }

            if (!Unsafe.IsNullRef(ref resident) && resident.State != 0)
            {
                state.Reset(key);
                Stored.ReadState(state, home.Residents.Slabs[resident.State]);
                resident.Touched = home.Seconds;
            }
            else if (Unsafe.IsNullRef(ref resident) && known.AbsentAt == shard.Epoch)
            {
                state.Reset(key);
            }
            else if (RequestRules.Check(request, playbooks.InForce, now) is { } refusal)
            {
                return Refused(refusal);
            }
            else
            {
                return new Step(Next.Activate);
            }

            return Take(shard, ref resident, state, request, known, playbooks, now);
        }
    }

    private Step Take(
        Shard shard, ref Resident resident, CustomerState state, TurnRequest request, in Known known, PlaybookSet playbooks, Instant now)
    {
        for (var due = 0; ; due++)
        {
            var outcome = Customer.Decide(state, request, playbooks, now, HistoryVerdict.Unknown, known.Refused);
            if (outcome is TurnOutcome.AskHistory { IdHash: var hash } && Verdict(shard, resident, state, hash, known) is { Asked: true } verdict)
            {
                outcome = Customer.Decide(state, request, playbooks, now, verdict, known.Refused);
            }

            switch (outcome)
            {
                case TurnOutcome.Done done:
                    return Append(shard, ref resident, state, done, known.Secret, playbooks, now);
                case TurnOutcome.Repeated repeated:
                    return new Step(Next.Repeat) { Version = repeated.Version };
                case TurnOutcome.AskHistory ask:
                    var older = state.Ids.Older;
                    return new Step(Next.AskHistory)
                    {
                        Version = state.Version,
                        IdHash = ask.IdHash,
                        ToRead = older.IsFull ? home.Residents.Ids.Begin(key, older.Count, ask.IdHash) : null,
                    };
                case TurnOutcome.Refused refused:
                    return Refused(refused.Refusal);
                case TurnOutcome.AskPlaybook ask:
                    return new Step(Next.AskPlaybook) { Version = ask.Version };
                case TurnOutcome.AskIdentity ask:
                    return new Step(Next.AskIdentity) { Claims = ask.Claims };
                case TurnOutcome.Moved moved:
                    return new Step(Next.Moved) { Into = moved.Into };
                case TurnOutcome.NotPart:
                    return new Step(Next.NotPart);
                case TurnOutcome.DueFirst when due == DuesAtOnce:
                    return new Step(Next.Again);
                case TurnOutcome.DueFirst:
                    var step = TakeDue(shard, ref resident, state, playbooks, now);
                    if (step.Next == Next.Again)
                    {
                        break;
                    }

                    return step.Next != Next.Answer ? step : throw new UnreachableException("something is due, and nothing is");
                default:
                    throw new UnreachableException("outcome of a turn");
            }
        }
    }

    /// <summary>Queues a decided turn and puts the new state into memory; all or nothing.</summary>
    /// <param name="secret">The key of a customer that isn't in memory; none: it has none yet.</param>
    private Step Append(
        Shard shard, ref Resident resident, CustomerState state, TurnOutcome.Done done, CustomerSecret secret, PlaybookSet playbooks, Instant now)
    {
        var residents = home.Residents;
        var bench = home.Bench;
        var turn = new ByteWriter(bench.TurnBytes);
        var bytes = new ByteWriter(bench.StateBytes);
        try
        {
            TurnFormat.Write(done.Turn, ref turn);
            StateFormat.Write(state, ref bytes);
            var known = !Unsafe.IsNullRef(ref resident);
            var before = known ? resident.State : 0;
            if (residents.TailBytes >= home.Options.MaxUnsavedBytes)
            {
                return Overloaded("Too many turns wait to be saved from the journal.");
            }

            if (!residents.TryStoreTurn(turn.Written, isSealed: false, out var turnSlot))
            {
                return Failed(home.NoMemory());
            }

            if (!residents.TryReserveState(before, bytes.Written.Length, out var stateSlot))
            {
                residents.Slabs.Free(turnSlot);
                return Failed(home.NoMemory());
            }

            var journal = home.Journal.Of(key);
            var isNew = false;
            secret = known ? resident.Secret : secret;
            if (secret.IsNone && home.Keyring is not null)
            {
                (secret, isNew) = (CustomerSecret.New(), true);
            }

            // The journal encrypts it, with its batch.
            var result = secret.IsNone
                ? journal.TryAppend(key, done.Turn.Version, turn.Written, now.UnixMilliseconds, out var appended)
                : journal.TryAppend(
                    key, done.Turn.Version, bench.ToSeal(secret, turn.Written), EntryKind.ToSeal, isNew ? secret : default, now.UnixMilliseconds, out appended);
            if (result != AppendResult.Appended)
            {
                residents.Slabs.Free(turnSlot);
                if (stateSlot != before)
                {
                    residents.Slabs.Free(stateSlot);
                }

                return result == AppendResult.Overloaded
                    ? Overloaded("Too many turns wait for their commit.")
                    : home.Closed is { } closed ? Failed(closed) : Failed(new CustomersUnavailableException(
                        Unavailability.Storage, "The journal can't be written at the moment.", TimeSpan.FromMilliseconds(500), journal.Trouble));
            }

            // From here on nothing fails, and nobody can cancel.
            if (!known)
            {
                resident = ref shard.Add(key);
                resident.Touched = home.Seconds;
            }

            resident.Secret = secret;
            residents.PutState(ref resident, stateSlot, bytes.Written);
            residents.AddToTail(ref resident, turnSlot, appended!.Position);
            if (CheckpointMessages.Has(done.Turn))
            {
                residents.Hurry(ref resident);
            }

            residents.NoteLeft(shard, ref resident, turnSlot, state.Ids.Left);

            resident.Version = done.Turn.Version;
            resident.Flags &= ~ResidentFlags.Unsure;
            shard.SetDue(ref resident, CustomerHome.DueOf(state, playbooks));
            return new Step(Next.Answer) { Answer = new TurnAnswer.Answered(done.Reply, Duplicate: false), Commit = new Commit(appended, key) };
        }
        finally
        {
            turn.Dispose();
            bytes.Dispose();
        }
    }

    /// <summary>Marks what memory has as given up, unless something of it is on its way to be durable.</summary>
    private bool TryLeave(out Commit commit)
    {
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            commit = Unsafe.IsNullRef(ref resident) ? default : home.CommitOf(resident);
            if (!commit.Done.IsCompleted)
            {
                return false;
            }

            if (!Unsafe.IsNullRef(ref resident))
            {
                resident.Flags |= ResidentFlags.Unsure;
            }

            return true;
        }
    }

    private Step Refused(Refusal refusal)
    {
        home.Figures.Count(refusal);
        return new Step(Next.Answer) { Answer = new TurnAnswer.Refused(refusal) };
    }

    private static Step Failed(Closure closed) =>
        Failed(new CustomersUnavailableException(closed.Reason, closed.Message, TimeSpan.FromSeconds(1)));

    private static Step Overloaded(string message) =>
        Failed(new CustomersUnavailableException(Unavailability.Overloaded, message, TimeSpan.FromMilliseconds(100)));

    /// <summary>Ends a turn without one; the caller hears it as the exception, thrown once and outside of every lock.</summary>
    private static Step Failed(Exception why) => new(Next.Fail) { Failure = why };

    private ValueTask<TurnAnswer> Durable(TurnRequest request, in Step step, CommitSignal signal)
    {
        var pending = new PendingTurn(this, request, step.Answer!, step.Commit);
        signal.Add(pending);
        return pending.Durable;
    }

    private enum Next
    {
        Answer,
        Activate,
        AskHistory,
        AskPlaybook,
        Again,
        AskIdentity,
        NotPart,
        Moved,
        Repeat,
        Fail,
    }

    /// <summary>What one attempt at a turn came to, and what it needs next.</summary>
    private readonly record struct Step(Next Next)
    {
        public TurnAnswer? Answer { get; init; }

        public Commit Commit { get; init; }

        public Exception? Failure { get; init; }

        public ulong IdHash { get; init; }

        /// <summary>The customer's ids in the store, to be read; null: not now.</summary>
        public SavedIds? ToRead { get; init; }

        public long Version { get; init; }

        public ImmutableArray<Identifier> Claims { get; init; }

        /// <summary>Who answers for the customer.</summary>
        public CustomerKey Into { get; init; }

        public StepAnswer Stepped { get; init; }
    }

    /// <summary>What attempts before have found out.</summary>
    /// <param name="AbsentAt">The shard's epoch at which nobody knew the customer.</param>
    /// <param name="AskedAt">The version at which history was asked.</param>
    private readonly record struct Known(long? AbsentAt, HistoryVerdict Verdict, long AskedAt)
    {
        /// <summary>The key of a customer that nobody knew.</summary>
        public CustomerSecret Secret { get; init; }

        /// <summary>The claims that were refused.</summary>
        public ImmutableArray<RefusedClaim> Refused { get; init; }

        /// <summary>What the other side of a merge had begun is finished.</summary>
        public bool IsFinished { get; init; }

        /// <summary>How many turns that had answered the id were undone.</summary>
        public int Undone { get; init; }
    }
}
