using System.Diagnostics;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Benchmarks.Peers;

/// <summary>
/// What the peers have in common: a turn of the same domain function over the stored bytes of a state. A peer has no history: it doesn't find
/// ids that left the state, and a repeat is recognised but its first answer can't be given again. Nor has it a clock: what is due waits for
/// the customer's next turn. All of that is in its favour.
/// </summary>
/// <param name="engine">An engine without customers: it has the playbook, the keys, and the words for what is refused.</param>
public sealed class PeerTurns(EmbeddedEngine engine, TimeProvider time) : IDisposable
{
    private readonly ThreadLocal<CustomerState> _states = new(() => new CustomerState(default));
    private PlaybookSet _playbooks = PlaybookSet.Of(engine.Playbooks.InForce.Playbook);

    /// <summary>The key of the customer; null: the request can't name one, and <see cref="Refuse"/> says so.</summary>
    public CustomerKey? KeyOf(TurnRequest request) => engine.KeyOf(request.Customer);

    /// <summary>The answer to a request that can't name a customer.</summary>
    public ValueTask<TurnAnswer> Refuse(TurnRequest request, CancellationToken ct) => engine.Turn(request, ct);

    /// <summary>One turn, and before it those that are due.</summary>
    /// <param name="before">The state in its stored format; empty: nobody knows the customer.</param>
    /// <param name="after">The state after the turn; nothing is written when it changes nothing.</param>
    /// <param name="versions">Before and after.</param>
    /// <exception cref="HistoryForgottenException">The request's id was answered before.</exception>
    public TurnAnswer Take(CustomerKey key, TurnRequest request, ReadOnlySpan<byte> before, ref ByteWriter after, out (long Before, long After) versions)
    {
        var state = _states.Value!;
        state.Reset(key);
        if (!before.IsEmpty)
        {
            StateFormat.Read(before, key, state);
        }

        versions = (state.Version, state.Version);
        var playbooks = Playbooks();
        var now = Instant.From(time.GetUtcNow());
        while (true)
        {
            switch (Customer.Decide(state, request, playbooks, now, HistoryVerdict.NotSeen))
            {
                case TurnOutcome.Done done:
                    StateFormat.Write(state, ref after);
                    versions.After = state.Version;
                    return new TurnAnswer.Answered(done.Reply, Duplicate: false);
                case TurnOutcome.DueFirst:
                    if (Customer.Wake(state, playbooks, now) is not TurnOutcome.Done)
                    {
                        throw new UnreachableException("something is due, and nothing is");
                    }

                    break;
                case TurnOutcome.Refused refused:
                    return new TurnAnswer.Refused(refused.Refusal);
                case TurnOutcome.Repeated repeated:
                    throw new HistoryForgottenException(key, repeated.Version + 1);
                case var other:
                    throw new UnreachableException($"{other.GetType().Name}: there is one playbook, and history was asked.");
            }
        }
    }

    public void Dispose() => _states.Dispose();

    private PlaybookSet Playbooks()
    {
        var playbook = engine.Playbooks.InForce.Playbook;
        if (_playbooks.InForce != playbook)
        {
            _playbooks = PlaybookSet.Of(playbook);
        }

        return _playbooks;
    }
}
