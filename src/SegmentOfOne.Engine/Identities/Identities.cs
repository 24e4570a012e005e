using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Engine.Stories;

namespace SegmentOfOne.Engine.Identities;

/// <summary>
/// Brings customers together and parts them, step by step; each step is a durable turn of one customer, wherever it lives.
/// <para>A merge: the one gives itself, the other takes it. A parting: the whole gives up, the part is restored. Cut off between, the two sides don't
/// fit, and whoever touches either finds that and goes on (<see cref="Finish"/>); so does a due time of the side that went first.</para>
/// </summary>
internal sealed class Identities(CustomerHome home) : IIdentities
{
    /// <summary>How often to look again at customers that change while they are to be brought together.</summary>
    private const int Attempts = 8;

    /// <summary>For tests: called as each step is done.</summary>
    internal Action<IdentityStep> Reached { get; set; } = _ => { };

    public async ValueTask<MergeAnswer> Merge(Identifier one, Identifier other, CancellationToken ct)
    {
        var keys = new List<CustomerKey>();
        foreach (var name in new[] { one, other })
        {
            if (!home.TryKey(name, out var key) || await home.Reach.Get(key, null, ct) is not { } view)
            {
                return new MergeAnswer.NoSuchCustomer(name);
            }

            keys.Add(view.Key);
        }

        return keys[0] == keys[1] ? new MergeAnswer.Merged(keys[0], AlreadyOne: true)
            : await Merge((keys[0], one), (keys[1], other), claim: null, ct) is { } reason ? new MergeAnswer.Refused(reason)
            : new MergeAnswer.Merged((await home.Reach.Get(keys[0], null, ct) ?? throw Busy()).Key, AlreadyOne: false);
    }

    public async ValueTask<UnmergeAnswer> Unmerge(Identifier part, CancellationToken ct) =>
        home.TryKey(part, out var key) ? await Unmerge(key, ct) : new UnmergeAnswer.NoSuchCustomer();

    /// <summary>Looks into the claims of an interaction, and brings together what belongs together. The answer: those that were refused.</summary>
    public async Task<ImmutableArray<RefusedClaim>> Settle(CustomerKey asked, Identifier name, ImmutableArray<Identifier> claims, CancellationToken ct)
    {
        var refused = ImmutableArray<RefusedClaim>.Empty;
        foreach (var claim in claims)
        {
            if (!home.TryKey(claim, out var key))
            {
                refused = refused.Add(new RefusedClaim(claim, ClaimRefusal.NoName));
            }
            else if (await Merge((asked, name), (key, claim), claim, ct) is { } reason)
            {
                refused = refused.Add(new RefusedClaim(claim, reason));
            }
        }

        return refused;
    }

    /// <summary>Makes one of two customers, whether they exist or not.</summary>
    /// <param name="claim">The name that says so; null: a person does.</param>
    /// <returns>Null: they are one.</returns>
    public async Task<ClaimRefusal?> Merge(
        (CustomerKey Key, Identifier Name) one, (CustomerKey Key, Identifier Name) other, Identifier? claim, CancellationToken ct)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (a, b) = (await Look(one.Key, one.Name, ct), await Look(other.Key, other.Name, ct));
            if (a.Key == b.Key)
            {
                return null;
            }

            var rules = home.Shelf.InForce.Playbook.Identity;
            if (rules.Refuse(a, b, claim) is { } reason)
            {
                return reason;
            }

            var (whole, part) = rules.Survives(a, b) ? (a, b) : (b, a);
            var given = await Step(part.Key, new IdentityStep.Give(whole.Key, whole.Identity.Identifiers[0], part.Identity.Identifiers[0]), ct);
            switch (given.Result)
            {
                case StepResult.Done:
                    switch (await Complete(part.Key, ct))
                    {
                        case StepResult.Done:
                            return null;
                        case StepResult.Erased:
                            return ClaimRefusal.Erased;
                    }

                    // Meanwhile it became part of another, or has taken others: look again.
                    break;
                case StepResult.Erased:
                    return ClaimRefusal.Erased;
                case StepResult.Outdated:
                    await Finish(part.Key, ct);
                    break;
            }
        }

        throw Busy();
    }

    /// <summary>Parts a customer from the one that it is part of.</summary>
    private async Task<UnmergeAnswer> Unmerge(CustomerKey part, CancellationToken ct)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            await Finish(part, ct);
            if (await home.Customer(part).Own(ct) is not { } own)
            {
                return new UnmergeAnswer.NoSuchCustomer();
            }

            if (own.Identity.Redirect is not { } redirect)
            {
                return new UnmergeAnswer.Refused(UnmergeRefusal.NotMerged, null);
            }

            var whole = await home.Reach.Get(redirect.Into, null, ct) ?? throw Busy();
            if (whole.Key != redirect.Into)
            {
                return new UnmergeAnswer.Refused(UnmergeRefusal.PartOfPart, redirect.Into);
            }

            var plan = await Parting.Find(home, whole.Key, part, through: long.MaxValue, ct);
            if (plan.Refusal is { } refusal)
            {
                return new UnmergeAnswer.Refused(refusal, null);
            }

            if ((await Step(whole.Key, new IdentityStep.GiveUp(part, plan.Version, plan.Kept), ct)).Result == StepResult.Done)
            {
                await Restore(whole.Key, part, plan.Version + 1, plan, ct);
                return new UnmergeAnswer.Parted(whole.Key, part, plan.Turns);
            }
        }

        throw Busy();
    }

    /// <summary>Goes on with what a customer has begun with another, or another with it, and that was cut off.</summary>
    public async Task Finish(CustomerKey key, CancellationToken ct)
    {
        if (await home.Customer(key).Own(ct) is not { } own)
        {
            return;
        }

        foreach (var given in own.Identity.GivenUp.ToArray().Where(given => !given.IsSettled))
        {
            await Restore(key, given.Key, given.Version, await Parting.Find(home, key, given.Key, given.Version - 1, ct), ct);
        }

        if (own.Identity.Redirect is not { } redirect)
        {
            return;
        }

        var whole = await home.Customer(redirect.Into).Own(ct);
        if (whole?.Identity.GivenUpOf(key) is { IsRefused: false } up && up.Given == redirect.Version)
        {
            await Restore(redirect.Into, key, up.Version, await Parting.Find(home, redirect.Into, key, up.Version - 1, ct), ct);
        }
        else if (whole?.Identity.PartOf(key) is not null || await Complete(key, ct) == StepResult.Done)
        {
            if (!redirect.IsSettled)
            {
                await Step(key, new IdentityStep.Settle(redirect.Into, redirect.Version), ct);
            }
        }
    }

    /// <summary>Has a customer that gave itself be taken; or, where it isn't, live again.</summary>
    private async Task<StepResult> Complete(CustomerKey part, CancellationToken ct)
    {
        if (await Given(part, ct) is not { } given)
        {
            return StepResult.Outdated;
        }

        var (merged, version, state) = given;
        var bytes = StateBytes.Of(state);
        var taken = await Step(merged.Survivor, new IdentityStep.Take(part, version, bytes, merged.Name), ct);
        if (taken.Result is StepResult.Refused or StepResult.Erased)
        {
            await Step(part, new IdentityStep.CallOff(merged.Survivor, version, bytes), ct);
        }

        return taken.Result;
    }

    /// <summary>How a customer gave itself, and what it was before; null: it didn't.</summary>
    private async Task<(MergedInto Merged, long Version, CustomerState State)?> Given(CustomerKey part, CancellationToken ct)
    {
        var turns = await home.Customer(part).Turns(newestFirst: true, after: null, limit: 4, ct);
        foreach (var turn in turns?.Turns ?? [])
        {
            foreach (var fact in turn.Facts)
            {
                switch (fact)
                {
                    case CustomerRestored:
                        return null;
                    case MergedInto merged:
                        var before = (await new Story(home, part).Through(turn.Version - 1, ct)).State;
                        return (merged, turn.Version, before.Version > 0 ? before : Customer.Named(part, turn.Facts.OfType<CustomerMet>().First().Identifier, merged.At));
                }
            }
        }

        return null;
    }

    /// <param name="version">The turn of the whole that gave the part up.</param>
    private async Task Restore(CustomerKey whole, CustomerKey part, long version, Parting plan, CancellationToken ct)
    {
        if (plan.Refusal is { } refusal)
        {
            throw new InvalidOperationException($"{part} can't be restored from {whole}: {refusal}");
        }

        await Step(part, new IdentityStep.Restore(whole, plan.GivenAt, plan.Given, plan.Ids), ct);
        await Step(whole, new IdentityStep.Settle(part, version), ct);
    }

    private async Task<StepAnswer> Step(CustomerKey key, IdentityStep step, CancellationToken ct)
    {
        var answer = await home.Reach.Step(key, step, ct);
        Reached(step);
        return answer;
    }

    /// <summary>Who answers for a customer; of one that nobody knows, what would become of it.</summary>
    private async Task<CustomerState> Look(CustomerKey key, Identifier name, CancellationToken ct) =>
        (await home.Reach.Get(key, null, ct))?.State ?? Customer.Named(key, name, home.Now);

    private static CustomersUnavailableException Busy() => new(
        Unavailability.Storage, "The customer is being merged or parted; ask again.", TimeSpan.FromMilliseconds(200));
}
