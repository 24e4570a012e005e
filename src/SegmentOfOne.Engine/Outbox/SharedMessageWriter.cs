using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Shared;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>The outbox's part of a checkpoint's transaction on a shared database.</summary>
internal sealed class SharedMessageWriter
{
    private readonly SqlSession _session;
    private readonly string _insert;
    private readonly RowSet _rows = new();
    private readonly List<Guid> _customer;
    private readonly List<long> _version;
    private readonly List<long> _position;
    private readonly List<string> _receiver;
    private readonly List<long> _kind;
    private readonly List<string> _journey;
    private readonly List<string> _step;
    private readonly List<long> _decision;
    private readonly List<long> _leftAt;
    private readonly List<long> _since;
    private readonly List<ReadOnlyMemory<byte>> _content;
    private readonly List<long> _touch;
    private readonly List<string> _channel;
    private readonly List<(Guid Customer, long Version, int Decision, string Rule, long At)> _withdrawn = [];

    public SharedMessageWriter(SqlSession session)
    {
        _session = session;
        _customer = _rows.AddColumn<Guid>("customer");
        _version = _rows.AddColumn<long>("version");
        _position = _rows.AddColumn<long>("position");
        _receiver = _rows.AddColumn<string>("receiver");
        _kind = _rows.AddColumn<long>("kind");
        _journey = _rows.AddColumn<string>("journey");
        _step = _rows.AddColumn<string>("step");
        _decision = _rows.AddColumn<long>("decision");
        _leftAt = _rows.AddColumn<long>("left_at");
        _since = _rows.AddColumn<long>("since");
        _content = _rows.AddColumn<ReadOnlyMemory<byte>>("content");
        _touch = _rows.AddColumn<long>("touch");
        _channel = _rows.AddColumn<string>("channel");
        _insert =
            $"""
            INSERT INTO {SqlDialect.Schema}outbox({_rows.Names()}, next_at, status, attempts, failure, failed_at, ended_at, made, claimed_by, claimed_until)
            SELECT {_rows.Names("e.")}, e.since, 0, 0, '', 0, 0, 0, '', 0 FROM {_rows.From(session.Dialect)}
            """;
    }

    public void Add(in LeftMessage message)
    {
        _customer.Add(KeyColumn.Of(message.Id.Key));
        _version.Add(message.Id.Version);
        _position.Add(message.Id.Index);
        _receiver.Add(message.Left.Receiver);
        _kind.Add((long)message.Left.Kind);
        _journey.Add(message.Left.Journey);
        _step.Add(message.Left.Step);
        _decision.Add(message.Decision);
        _leftAt.Add(message.Left.At.UnixMilliseconds);
        _since.Add(message.Since.UnixMilliseconds);
        _content.Add(message.Letter);
        _touch.Add(message.Touch?.Code ?? CarriedTouch.None);
        _channel.Add(message.Touch?.Channel ?? "");
    }

    public void Withdraw(CustomerKey key, TouchWithdrawn touch, Instant at) =>
        _withdrawn.Add((KeyColumn.Of(key), touch.Version, touch.Index, touch.Rule, at.UnixMilliseconds));

    /// <summary>Writes what was added. What was withdrawn is locked in the order that everybody locks in.</summary>
    public void Write()
    {
        if (_customer.Count > 0)
        {
            _session[_insert].Set(_rows).Run();
        }

        _withdrawn.Sort();
        foreach (var (customer, version, decision, rule, at) in _withdrawn)
        {
            _session[
                $"""
                UPDATE {SqlDialect.Schema}outbox SET status = 3, failure = @failure, ended_at = @at
                WHERE customer = @customer AND version = @version AND decision = @decision AND status = 0
                """].Set("customer", customer).Set("version", version).Set("decision", (long)decision).Set("failure", rule).Set("at", at).Run();
        }
    }

    public void Clear()
    {
        _rows.Clear();
        _withdrawn.Clear();
    }
}
