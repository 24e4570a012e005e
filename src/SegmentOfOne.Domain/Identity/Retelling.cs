using System.Collections.Immutable;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Identity;

/// <summary>
/// Tells turns again to one of two customers that were one, as if they never had been: what happened is taken as it happened then, what
/// follows from it is found anew, by the playbooks of then; what callers were answered stands, and counts for whoever was asked. What
/// becomes due happens on time. Nothing is sent again, since what is told again is no turn.
/// </summary>
/// <param name="state">The customer as it was before; it becomes what the telling leads to.</param>
/// <param name="playbookOf">A playbook by its version; null: it isn't at hand.</param>
public sealed class Retelling(CustomerState state, Func<int, Playbook?> playbookOf)
{
    /// <summary>A playbook that isn't at hand, and without which nothing can be told; null: none was missed.</summary>
    public int? Missing { get; private set; }

    /// <summary>Tells a turn.</summary>
    /// <param name="whole">Whose turn it was; the default: the customer's own.</param>
    /// <returns>False: <see cref="Missing"/>. The state is of no use then.</returns>
    public bool Tell(Turn turn, CustomerKey whole)
    {
        if (Set(turn.PlaybookVersion) is not { } playbooks || !Pass(turn.At, playbooks))
        {
            return false;
        }

        // Receipts that were given out name the turn by its number.
        state.Version = turn.Version - 1;
        state.Told = whole;
        if (Customer.TryRetell(state, turn, playbooks) is { } missing)
        {
            Missing = missing;
            return false;
        }

        state.Told = default;
        return true;
    }

    /// <summary>Tells no more of a turn than that the customer came to be by it; nothing, where it did before.</summary>
    public void TellMet(Turn turn)
    {
        if (state.Identity.Identifiers.IsEmpty)
        {
            foreach (var fact in turn.Facts)
            {
                if (fact is CustomerMet or MeasuresAdopted)
                {
                    Customer.Apply(state, fact);
                }
            }
        }

        state.Version = turn.Version;
    }

    /// <summary>What the telling led to. Ids that were answered are no part of it: they stay with who answered them.</summary>
    /// <param name="version">The customer's own last turn.</param>
    public StateBytes Result(long version)
    {
        // What counts from the first order on counts from the customer's next turn on, where that order is a turn of the whole.
        state.Contact.FirstOrder = Math.Min(state.Contact.FirstOrder, version + 1);
        state.Ids.Clear();
        return StateBytes.Of(state);
    }

    /// <summary>Lets time pass; so it does between turns.</summary>
    public bool Pass(Instant until, PlaybookSet playbooks)
    {
        state.Told = Touch.NeverSent;
        var from = default(Instant?);
        while (Customer.NextDue(state, playbooks, from) is { } due && due <= until)
        {
            switch (Customer.Wake(state, playbooks, due))
            {
                case TurnOutcome.NothingDue:
                    from = due;
                    break;
                case TurnOutcome.AskPlaybook ask:
                    Missing = ask.Version;
                    return false;
                case TurnOutcome.Unsettled:
                    throw new InvalidOperationException("what is told again can't be under way");
            }
        }

        state.Told = default;
        return true;
    }

    /// <summary>What a turn at that playbook went by.</summary>
    public PlaybookSet? Set(int version)
    {
        if (playbookOf(version) is { } playbook)
        {
            return new PlaybookSet(playbook, playbookOf, ranks: null);
        }

        Missing = version;
        return null;
    }
}
