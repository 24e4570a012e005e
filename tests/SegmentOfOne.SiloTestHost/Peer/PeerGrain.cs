using System.Diagnostics;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Engine;
using SegmentOfOne.Silo.Messages;

namespace SegmentOfOne.SiloTestHost.Peer;

/// <summary>
/// What to measure against: the same turns, kept the way that grains commonly keep what they know, by writing their whole state after
/// each change and answering when it is written. It has no history, and so forgets ids that left the state.
/// </summary>
public sealed class PeerGrain([PersistentState("customer", PeerGrain.Storage)] IPersistentState<PeerState> stored, CustomerHome home) : Grain, IPeerGrain
{
    public const string Storage = "peers";

    public async ValueTask<TurnResult> Turn(TurnRequest request)
    {
        if (!CustomerKey.TryParse(this.GetPrimaryKeyString(), out var key))
        {
            throw new ArgumentException("The grain's key is no customer's.");
        }

        var state = new CustomerState(key);
        if (stored.State.Bytes.Length > 0)
        {
            StateFormat.Read(stored.State.Bytes, key, state);
        }

        switch (Customer.Decide(state, request, PlaybookSet.Of(home.Playbooks.InForce.Playbook), Instant.From(TimeProvider.System.GetUtcNow()), HistoryVerdict.NotSeen))
        {
            case TurnOutcome.Done done:
                stored.State.Bytes = StateFormat.ToBytes(state);
                await stored.WriteStateAsync();
                return new TurnResult { Reply = done.Reply };
            case TurnOutcome.Refused refused:
                return new TurnResult { Refusal = refused.Refusal };
            case var other:
                throw new UnreachableException($"{other.GetType().Name}: the messages that measure repeat no id.");
        }
    }
}
