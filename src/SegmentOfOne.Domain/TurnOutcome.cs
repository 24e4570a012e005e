using System.Collections.Immutable;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Domain;

/// <summary>What became of a request. Closed.</summary>
public abstract record TurnOutcome
{
    private TurnOutcome()
    {
    }

    /// <summary>The turn happened, and the state has it.</summary>
    public sealed record Done(Turn Turn, TurnReply Reply) : TurnOutcome;

    /// <summary>The id was answered at <paramref name="Version"/>; the state is untouched. <see cref="Customer.Reply"/> gives that answer again.</summary>
    public sealed record Repeated(long Version) : TurnOutcome;

    /// <summary>The state can't tell whether the id is new and is untouched: look <paramref name="IdHash"/> up in the customer's history,
    /// then decide again with the <see cref="HistoryVerdict"/>.</summary>
    public sealed record AskHistory(ulong IdHash) : TurnOutcome;

    /// <summary>The request was bad; the state is untouched.</summary>
    public sealed record Refused(Refusal Refusal) : TurnOutcome;

    /// <summary>Something became due before what is asked, and the state is untouched: take that turn first (<see cref="Customer.Wake"/>), then ask again.</summary>
    public sealed record DueFirst : TurnOutcome;

    /// <summary>The customer is part of another, which is to be asked; the state is untouched.</summary>
    public sealed record Moved(CustomerKey Into) : TurnOutcome;

    /// <summary>The request came by a customer that isn't part of this one, or not yet; the state is untouched.</summary>
    public sealed record NotPart(CustomerKey Key) : TurnOutcome;

    /// <summary>The interaction claims that the customer has these names too, and the state is untouched: look into it, then decide again, with those that
    /// were refused.</summary>
    public sealed record AskIdentity(ImmutableArray<Identifier> Claims) : TurnOutcome;

    /// <summary>It is time to see whether a merge, or its undoing, has come to its end; the state is untouched.</summary>
    public sealed record Unsettled : TurnOutcome;

    /// <summary>A step of identity was not taken, or had been before; the state is untouched.</summary>
    public sealed record Stepped(StepResult Result, CustomerKey Into = default) : TurnOutcome;

    /// <summary>Nothing is due, and the state is untouched.</summary>
    public sealed record NothingDue : TurnOutcome;

    /// <summary>A journey is pinned to a playbook that isn't at hand, and the state is untouched: get it, then ask again.</summary>
    public sealed record AskPlaybook(int Version) : TurnOutcome;
}
