using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>What checkpoints bring to the outbox: messages that turns left, and touches that turns withdrew. Written in the transaction that moves the
/// customer's row over these turns, and that happens once for each.</summary>
internal sealed class CheckpointMessages
{
    private readonly List<(Turn Turn, MessageLeft Left)> _left = [];
    private readonly List<TouchWithdrawn> _withdrawn = [];
    private readonly HashSet<string> _receivers = [];
    private readonly byte[] _letter = new byte[4096];
    private readonly Sealer _sealer = new(null);

    /// <summary>Whether a turn has something for the outbox.</summary>
    public static bool Has(Turn turn)
    {
        foreach (var fact in turn.Facts)
        {
            if (fact is MessageLeft or TouchWithdrawn)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Begins with a customer.</summary>
    public void Begin()
    {
        _left.Clear();
        _withdrawn.Clear();
    }

    /// <summary>Takes the next turn of the customer.</summary>
    public void Add(Turn turn)
    {
        foreach (var fact in turn.Facts)
        {
            switch (fact)
            {
                case MessageLeft left:
                    _left.Add((turn, left));
                    break;
                case TouchWithdrawn withdrawn:
                    _withdrawn.Add(withdrawn);
                    break;
            }
        }
    }

    /// <param name="state">After the last of the turns.</param>
    /// <param name="secret">The customer's key.</param>
    /// <param name="now">By the clock of deliveries.</param>
    public void Write(IStoreWriter writer, CustomerState state, in CustomerSecret secret, Instant now)
    {
        foreach (var (turn, left) in _left)
        {
            var id = new MessageId(state.Key, turn.Version, left.Index);
            var bytes = new ByteWriter(_letter);
            MessageFormat.Write(state.Identity.Identifiers, turn, left, ref bytes);
            writer.AddMessage(new LeftMessage(id, left, CarriedTouch.Of(turn, left), now, _sealer.Seal(id.Key, id.Version, EnvelopeKind.Message, bytes.Written, secret).ToArray()));
            bytes.Dispose();
            _receivers.Add(left.Receiver);
        }

        foreach (var touch in _withdrawn)
        {
            writer.WithdrawMessage(touch.Origin == default ? state.Key : touch.Origin, touch, now);
        }
    }

    /// <summary>What was written is durable.</summary>
    public void Tell(MessageOutbox outbox)
    {
        outbox.Look(_receivers);
        _receivers.Clear();
    }
}
