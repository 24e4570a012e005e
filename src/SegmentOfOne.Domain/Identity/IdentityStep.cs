using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Identity;

/// <summary>A step of bringing two customers together, or of parting them; each is one turn of one customer. Closed.
/// A merge is <see cref="Give"/>, then <see cref="Take"/>; <see cref="Settle"/> tidies up. Parting is <see cref="GiveUp"/>, then <see cref="Restore"/>; <see cref="Settle"/>
/// tidies up. A step that was taken before changes nothing.</summary>
public abstract record IdentityStep
{
    private IdentityStep()
    {
    }

    /// <summary>The customer gives itself to another: from now on it takes no turns, and whoever asks it is sent there.</summary>
    /// <param name="IntoName">A name of the other.</param>
    /// <param name="Name">Its own, should it not exist yet.</param>
    public sealed record Give(CustomerKey Into, Identifier IntoName, Identifier Name) : IdentityStep;

    /// <summary>The customer takes one that gave itself.</summary>
    /// <param name="Name">Its own name, should it not exist yet.</param>
    /// <param name="Version">The turn by which the other gave itself.</param>
    /// <param name="State">The other as it was before.</param>
    public sealed record Take(CustomerKey Key, long Version, StateBytes State, Identifier Name) : IdentityStep;

    /// <summary>The other could not take it: the customer lives again, as before.</summary>
    /// <param name="Given">The turn by which it gave itself.</param>
    /// <param name="State">As it was.</param>
    public sealed record CallOff(CustomerKey Into, long Given, StateBytes State) : IdentityStep;

    /// <summary>The customer gives a part back. <paramref name="At"/>: the version that <paramref name="Kept"/> was found at; had it a turn since, the
    /// step is refused as outdated.</summary>
    /// <param name="Kept">The customer as it is without the part.</param>
    public sealed record GiveUp(CustomerKey Key, long At, StateBytes Kept) : IdentityStep;

    /// <summary>The part lives again.</summary>
    /// <param name="Given">The turn by which it gave itself.</param>
    /// <param name="State">As if it had never been a part.</param>
    /// <param name="Ids">Hashes of the ids that were answered for it meanwhile, in their order.</param>
    public sealed record Restore(CustomerKey From, long Given, StateBytes State, ImmutableArray<ulong> Ids) : IdentityStep;

    /// <summary>The other side is known to be done.</summary>
    /// <param name="Key">The survivor of a merge, or the part that was given back.</param>
    /// <param name="Version">The turn of this customer that began it.</param>
    public sealed record Settle(CustomerKey Key, long Version) : IdentityStep;
}

/// <summary>What a step came to.</summary>
public enum StepResult : byte
{
    /// <summary>It is done, now or before.</summary>
    Done = 0,

    /// <summary>The customer is part of another, which is to be asked.</summary>
    Moved = 1,

    /// <summary>It takes nobody: it is part of another itself, or they would have too many names together. That is for ever.</summary>
    Refused = 2,

    /// <summary>The customer is not as the step supposes: look again.</summary>
    Outdated = 3,

    /// <summary>The customer was erased.</summary>
    Erased = 4,
}
