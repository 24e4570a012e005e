using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>
/// Delivers messages that left: at least once each, by the same id and the same bytes at every attempt. One thread reads and writes the store for all
/// receivers, and waits for none of them; attempts run beside it, as many for each receiver as that one's lane has room for.
/// <para>A step:</para>
/// <list type="number">
/// <item>Take what ended: delivered, to be tried again, dead.</item>
/// <item>For each receiver with room, take messages that are due.</item>
/// <item>Make bodies that aren't made yet.</item>
/// <item>Write all of that down in one transaction: a body is durable before anybody sees it.</item>
/// <item>Begin the attempts, each by asking the customer.</item>
/// </list>
/// </summary>
public sealed partial class MessageOutbox : IDisposable
{
    /// <summary>How soon to look again without being told: for messages of other processes, and what they left behind.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>After a step that the store refused.</summary>
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a process may be silent about a message that it has taken, beyond the time of the attempt.</summary>
    private static readonly TimeSpan HoldBeyond = TimeSpan.FromSeconds(20);

    /// <summary>How long stopping waits for attempts under way.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly CustomerHome _home;
    private readonly IOutboxStore _store;
    private readonly OutboxOptions _options;
    private readonly ILogger _log;
    private readonly OutboxKeeper _keeper;
    private readonly Sealer _sealer;
    private readonly ConcurrentDictionary<string, OutboxLane> _lanes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(OutboxLane Lane, WaitingMessage Message, Attempt Attempt)> _ended = [];
    private readonly HashSet<string> _told = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<MessageNote> _notes = [];
    private readonly List<(OutboxLane Lane, WaitingMessage Message, ReadOnlyMemory<byte> Body)> _toSend = [];
    private object? _adopted;
    private int _underWay;
    private bool _inTrouble;

    internal MessageOutbox(CustomerHome home, IOutboxStore store, OutboxOptions options, ILogger log)
    {
        (_home, _store, _options, _log) = (home, store, options, log);
        _keeper = new OutboxKeeper(store, options);
        _sealer = new Sealer(home.Keyring);
        options.Receivers.Changed += Wake;
    }

    /// <summary>By the clock of deliveries.</summary>
    internal Instant Now => Instant.From(_options.Time.GetUtcNow());

    internal OutboxOptions Options => _options;

    /// <summary>Attempts that aren't ended yet or whose end isn't written down.</summary>
    internal int UnderWay => Volatile.Read(ref _underWay);

    internal IEnumerable<OutboxLane> Lanes => _lanes.Values;

    /// <summary>There are new messages for these receivers.</summary>
    internal void Look(IReadOnlyCollection<string> receivers)
    {
        if (receivers.Count == 0)
        {
            return;
        }

        lock (_told)
        {
            _told.UnionWith(receivers);
        }

        Wake();
    }

    /// <summary>Steps, until stopped; then it lets what is under way end, for a moment.</summary>
    internal void Run(ManualResetEventSlim stop)
    {
        var handles = new[] { stop.WaitHandle, _wake };
        for (var rest = TimeSpan.Zero; WaitHandle.WaitAny(handles, rest) != 0;)
        {
            rest = TryStep();
        }

        var began = TimeProvider.System.GetTimestamp();
        while (UnderWay > _ended.Count && TimeProvider.System.GetElapsedTime(began) < Farewell)
        {
            _wake.WaitOne(TimeSpan.FromMilliseconds(20));
        }

        // Nobody waits for those that hang: they are attempts that weren't.
        _stop.Cancel();
        while (UnderWay > _ended.Count && TimeProvider.System.GetElapsedTime(began) < Farewell * 1.5)
        {
            _wake.WaitOne(TimeSpan.FromMilliseconds(20));
        }

        TryStep();
    }

    /// <summary>One step; how long to rest until the next, unless something happens.</summary>
    internal TimeSpan Step()
    {
        Adopt();
        var now = Now;

        // 1. Take what ended: delivered, to be tried again, dead.
        while (_ended.TryDequeue(out var end))
        {
            _notes.Add(Note(end.Lane, end.Message, end.Attempt, now));
            Interlocked.Decrement(ref _underWay);
        }

        // 2. For each receiver with room, take messages that are due.
        foreach (var lane in _lanes.Values)
        {
            if (!_stop.IsCancellationRequested && lane.Room(now) is var room and > 0)
            {
                Take(lane, room, now);
            }
        }

        // 4. Write all of that down in one transaction: a body is durable before anybody sees it.
        if (_notes.Count > 0)
        {
            _store.Write(_notes);
            _notes.Clear();
        }

        // 5. Begin the attempts, each by asking the customer.
        foreach (var (lane, message, body) in _toSend)
        {
            Begin(lane, message, body, now);
        }

        _toSend.Clear();
        _keeper.Keep(_lanes.Values, now);
        return Rest();
    }

    public void Dispose()
    {
        _options.Receivers.Changed -= Wake;
        _stop.Cancel();
        foreach (var lane in _lanes.Values)
        {
            lane.Adopt(null);
        }

        _store.Dispose();
    }

    private TimeSpan TryStep()
    {
        try
        {
            var rest = Step();
            _inTrouble = false;
            return rest;
        }
        catch (Exception e)
        {
            // Whatever it is, messages wait in the store, and this thread goes on.
            if (!_inTrouble)
            {
                LogTrouble(e is DbException ? e.Message : e.ToString());
            }

            _inTrouble = true;
            GiveBack();
            return AfterTrouble;
        }
    }

    /// <summary>What was taken and isn't to be sent waits again; what ended is written down at the next step.</summary>
    private void GiveBack()
    {
        _notes.RemoveAll(note => note is MessageNote.Made);
        foreach (var (lane, message, _) in _toSend)
        {
            _notes.Add(new MessageNote.Released(message.Number));
            lane.LookAt = Instant.Min;
        }

        _toSend.Clear();
    }

    private void Adopt()
    {
        var current = _options.Receivers.Current;
        if (!ReferenceEquals(current, _adopted))
        {
            _adopted = current;
            foreach (var name in current.Keys.Concat(_lanes.Keys))
            {
                _lanes.GetOrAdd(name, static name => new OutboxLane(name)).Adopt(current.GetValueOrDefault(name));
            }
        }

        lock (_told)
        {
            foreach (var name in _told)
            {
                if (_lanes.TryGetValue(name, out var lane))
                {
                    lane.LookAt = Instant.Min;
                }
            }

            _told.Clear();
        }
    }

    private void Take(OutboxLane lane, int room, Instant now)
    {
        var due = _store.Take(lane.Name, now, room, lane.Client!.Receiver.Timeout + HoldBeyond);
        foreach (var message in due)
        {
            // 3. Make bodies that aren't made yet.
            try
            {
                _toSend.Add((lane, message, BodyOf(message)));
            }
            catch (Exception e)
            {
                // One that can't be made holds up no other.
                LogNotMade(message.Id, e);
                _notes.Add(Failed(message, lane.Client.Receiver, "body", null, now));
            }
        }

        if (due.Count < room)
        {
            lane.LookAt = Instant.Earlier(_store.NextDue(lane.Name, now) ?? Instant.Max, now + LookEvery);
        }
    }

    private ReadOnlyMemory<byte> BodyOf(WaitingMessage message)
    {
        var id = message.Id;
        var content = _sealer.Open(message.Content, id.Key, id.Version, EnvelopeKind.Message);
        if (message.IsMade)
        {
            return content.ToArray();
        }

        OutgoingMessage outgoing;
        try
        {
            outgoing = MessageFormat.Read(id, content);
        }
        catch (MalformedBytesException e)
        {
            throw new CustomerDamagedException(id.Key, EnvelopeKinds.Message, e);
        }

        var body = _options.MakeBody(outgoing, _home.Playbooks, _stop.Token).AsTask().GetAwaiter().GetResult();
        _notes.Add(new MessageNote.Made(message.Number, _sealer.Seal(id.Key, id.Version, EnvelopeKind.Message, body.Span, _sealer.SecretOf(id.Key)).ToArray()));
        return body;
    }

    private void Begin(OutboxLane lane, WaitingMessage message, ReadOnlyMemory<byte> body, Instant now)
    {
        var client = lane.Client!;
        lane.Begin();
        Interlocked.Increment(ref _underWay);
        _ = Task.Run(async () =>
        {
            var attempt = await Forbidden(message).ConfigureAwait(false) ?? await client.Send(message.Id, body, now, _stop.Token).ConfigureAwait(false);
            _ended.Enqueue((lane, message, attempt));
            Wake();
        });
    }

    private static MessageNote Note(OutboxLane lane, WaitingMessage message, Attempt attempt, Instant now)
    {
        switch (attempt)
        {
            case Attempt.Taken:
                lane.Succeed();
                return new MessageNote.Delivered(message.Number);
            case Attempt.Refused refused:
                lane.Fail(refused.Failure, now, null, Random.Shared.NextDouble());
                return new MessageNote.Died(message.Number, refused.Failure, now, 1);
            case Attempt.Failed failed:
                lane.Fail(failed.Failure, now, failed.RetryAfter, Random.Shared.NextDouble());
                var note = Failed(message, lane.Client?.Receiver, failed.Failure, failed.RetryAfter, now);
                lane.LookAt = note is MessageNote.Failed again ? Instant.Earlier(lane.LookAt, again.NextAt) : lane.LookAt;
                return note;
            case Attempt.Withdrawn withdrawn:
                lane.Abandon();
                return new MessageNote.Withdrawn(message.Number, withdrawn.Rule, now);
            case Attempt.Unasked unasked:
                lane.Abandon();
                return Failed(message, lane.Client?.Receiver, unasked.Failure, null, now);
            default:
                lane.Abandon();
                return new MessageNote.Released(message.Number);
        }
    }

    private static MessageNote Failed(WaitingMessage message, Receiver? receiver, string failure, TimeSpan? retryAfter, Instant now)
    {
        var end = message.Since + (receiver?.GiveUpAfter ?? Receiver.StandardGiveUpAfter);
        if (now >= end)
        {
            return new MessageNote.Died(message.Number, failure, now, 1);
        }

        // The last attempt is made when its time is over, not an hour before.
        var wait = Backoff.AfterFailures(message.Attempts + 1, Random.Shared.NextDouble());
        var next = Instant.Later(now + wait, now + (retryAfter ?? TimeSpan.Zero));
        return new MessageNote.Failed(message.Number, failure, now, Instant.Earlier(next, end));
    }

    private TimeSpan Rest()
    {
        var now = Now;
        var rest = LookEvery;
        foreach (var lane in _lanes.Values)
        {
            if (lane.NextAt is { } at && at < now + rest)
            {
                rest = at <= now ? TimeSpan.Zero : at - now;
            }
        }

        return rest;
    }

    private void Wake()
    {
        try
        {
            _wake.Set();
        }
        catch (ObjectDisposedException)
        {
            // An attempt that ended after everything.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The outbox: {Reason}")]
    private partial void LogTrouble(string reason);

    [LoggerMessage(LogLevel.Error, "The body of message {Id} can't be made.")]
    private partial void LogNotMade(MessageId id, Exception why);
}
