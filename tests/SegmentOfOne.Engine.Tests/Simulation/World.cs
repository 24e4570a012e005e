using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Simulation;

/// <summary>
/// The whole engine from one seed: real store, simulated journal, one thread, time that moves by hand. Customers act, commits fail,
/// checkpoints and evictions come at any moment, the process dies and comes back. What it must hold is checked on the way and at the end.
/// </summary>
internal sealed class World : IDisposable
{
    private const int Customers = 6;
    private const int MaxTurnsInFlight = 40;

    /// <summary>Of many acknowledged turns so many, by chance, are asked for again at the end.</summary>
    private const int MostRepeats = 150;

    private readonly Random _random;

    /// <summary>The part of interactions that one customer has: enough of them go beyond the recent ids, a chunk and an anchor.</summary>
    private readonly double _heat;
    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly ManualTime _time = new();
    private readonly SimulatedJournal _journal;
    private readonly OneThread _thread = new();
    private readonly List<(TurnRequest Request, Task<TurnAnswer> Answer)> _inFlight = [];
    private readonly Dictionary<(string Customer, string Id), (TurnRequest Request, TurnReply Reply)> _acknowledged = [];
    private readonly HashSet<(string Customer, string Id)> _first = [];
    private readonly List<TurnRequest> _sent = [];
    private readonly List<(string Customer, ReceiptId Receipt)> _touches = [];
    private EmbeddedEngine _engine;

    public World(int seed)
    {
        _random = new Random(seed);
        _heat = _random.NextDouble();
        _journal = new SimulatedJournal(seed, faults: _random.Next(3) * 0.05);
        SynchronizationContext.SetSynchronizationContext(_thread);
        _engine = Start();
    }

    public int Faults => _journal.Faults;

    public int Crashes { get; private set; }

    /// <summary>Touches that were counted against the cap, at each check anew.</summary>
    public int Reserved { get; private set; }

    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Act();
        }

        Heal();
        CheckEverything();
        Restart();
        CheckEverything();
        Commit();
        _journal.Batches.ShouldBe(0);
    }

    public void Dispose()
    {
        _engine.Close();
        SynchronizationContext.SetSynchronizationContext(null);
        _folder.Dispose();
    }

    private void Act()
    {
        switch (_random.Next(100))
        {
            case < 55:
                Send(NewInteraction());
                break;
            case < 62:
                SendAgain();
                break;
            case < 82:
                _engine.Home.Journal.Step();
                break;
            case < 88:
                Commit();
                _engine.Checkpointer.Round();
                break;
            case < 91:
                EvictAll();
                break;
            case < 96:
                _time.Advance(TimeSpan.FromMinutes(_random.Next(600)));
                break;
            case < 97:
                Publish();
                break;
            case < 98:
                CheckOne($"c{_random.Next(Customers)}");
                break;
            default:
                Crash();
                break;
        }

        Settle();
    }

    private TurnRequest NewInteraction()
    {
        var number = _sent.Count;
        var customer = _random.NextDouble() < _heat ? "hot" : $"c{_random.Next(Customers)}";
        if (_random.Next(6) == 0 && _touches.Count > 0)
        {
            // What became of a touch, mostly of one of the latest.
            var (whose, receipt) = _touches[Math.Max(0, _touches.Count - 1 - _random.Next(8))];
            return Requests.Interaction(
                whose, $"i{number}", Shop.Reports[_random.Next(Shop.Reports.Length)], "web", properties: Properties.Of(("receipt_id", receipt.ToString())));
        }

        var type = Shop.Types[_random.Next(Shop.Types.Length)];
        return Requests.Interaction(
            customer, $"i{number}", type, Shop.Channels[_random.Next(Shop.Channels.Length)],
            at: _random.Next(5) == 0 ? _time.Now - TimeSpan.FromHours(_random.Next(2000)) : null,
            properties: Shop.Properties(_random),
            placements: _random.Next(6) switch { < 2 => ["home_hero"], 2 => [.. CappedShop.Placements], _ => [] });
    }

    private void Send(TurnRequest request)
    {
        if (_inFlight.Count < MaxTurnsInFlight)
        {
            _sent.Add(request);
            _inFlight.Add((request, _engine.Turn(request, default).AsTask()));
        }
    }

    private void SendAgain()
    {
        if (_sent.Count > 0)
        {
            // Mostly the latest, sometimes one that left the recent ids long ago.
            Send(_sent[_random.Next(4) == 0 ? _random.Next(_sent.Count) : _random.Next(Math.Max(0, _sent.Count - 10), _sent.Count)]);
        }
    }

    /// <summary>Takes the answers that have come.</summary>
    private void Settle()
    {
        _thread.Pump();
        for (var i = _inFlight.Count - 1; i >= 0; i--)
        {
            var (request, answer) = _inFlight[i];
            if (!answer.IsCompleted)
            {
                continue;
            }

            _inFlight.RemoveAt(i);
            if (answer.IsFaulted)
            {
                answer.Exception!.InnerException.ShouldBeOfType<CustomersUnavailableException>();
                continue;
            }

            var answered = answer.Result.ShouldBeOfType<TurnAnswer.Answered>();
            answered.Reply.ObservedThrough.ShouldBeGreaterThanOrEqualTo(answered.Reply.Version);
            var name = (request.Customer.Value, request.Id);
            if (!answered.Duplicate)
            {
                _first.Add(name).ShouldBeTrue($"{name} happened twice");
            }

            if (_acknowledged.TryGetValue(name, out var first))
            {
                answered.Reply.ShouldBe(first.Reply);
            }
            else
            {
                _acknowledged.Add(name, (request, answered.Reply));
                _touches.AddRange(answered.Reply.Decisions.Where(decision => decision.HeldUntil is not null)
                    .Select(decision => (request.Customer.Value, decision.ReceiptId)));
            }
        }
    }

    /// <summary>Everything that is queued is written, unless the storage is in trouble.</summary>
    private void Commit()
    {
        while (_engine.Home.Journal.Step())
        {
        }

        Settle();
    }

    private void EvictAll()
    {
        _time.Advance(_engine.Home.Options.IdleAfter);
        for (var part = 0; part < 32; part++)
        {
            _engine.Eviction.Sweep();
        }
    }

    private void Publish()
    {
        var outcome = _thread.Await(_engine.Playbooks.Publish(CappedShop.Source, null, default));
        outcome.ShouldBeOfType<PublishOutcome.Published>();
    }

    /// <summary>The process dies: what was in flight is never answered.</summary>
    private void Crash()
    {
        Crashes++;
        _engine.Close();
        _thread.Pump();
        _inFlight.Clear();
        _engine = Start();
    }

    private void Restart()
    {
        _thread.Await(Stop());
        _engine = Start();
    }

    private async ValueTask<bool> Stop()
    {
        await _engine.DisposeAsync();
        return true;
    }

    private EmbeddedEngine Start() => EmbeddedEngine.OpenOn(
        new EngineOptions
        {
            DataFolder = _folder.Path,
            Time = _time,
            MemoryBudgetBytes = 64 << 20,
            IdleAfter = TimeSpan.FromMinutes(5),
            Playbook = CappedShop.Source,
        },
        _journal);

    private void Heal()
    {
        _journal.IsHealed = true;
        Commit();
        Commit();
        _inFlight.ShouldBeEmpty();
    }

    private void CheckEverything()
    {
        var turns = 0L;
        foreach (var customer in _sent.Select(request => request.Customer.Value).Distinct())
        {
            turns += CheckOne(customer);
        }

        // 1. Acknowledged means durable, once; the same id gives the same reply.
        foreach (var (request, reply) in _acknowledged.Values.Where(_ => _random.Next(_acknowledged.Count) < MostRepeats))
        {
            var again = _thread.Await(_engine.Turn(request, default)).ShouldBeOfType<TurnAnswer.Answered>();
            again.Duplicate.ShouldBeTrue();
            again.Reply.ShouldBe(reply);
        }

        // The sums are those of the turns, when all are saved.
        while (_engine.Checkpointer.Round() > 0)
        {
        }

        _engine.Home.Journal.UnsavedTurns.ShouldBe(0);
        var overview = _thread.Await(_engine.Overview(default));
        overview.Turns.ShouldBe(turns);
        overview.Stages.Sum(stage => stage.Occupancy).ShouldBe(overview.Customers);
    }

    /// <summary>The customer's turns are numbered without gaps, no id is there twice, and their fold is the live state; how many turns.</summary>
    private long CheckOne(string customer)
    {
        var view = Answered(_engine.Get(Requests.User(customer), null, default));
        if (view is null)
        {
            return 0;
        }

        var turns = new List<Turn>();
        for (long? after = 0; after is not null;)
        {
            var page = Answered(_engine.Turns(Requests.User(customer), false, after, 50, default))!;
            turns.AddRange(page.Turns);
            after = page.Next;
        }

        // 7. Caps are exact.
        Reserved += CappedShop.Check(turns);
        Histories.Check(view, turns);
        return turns.Count;
    }

    /// <summary>An answer that may have to wait for commits; null while the storage is in trouble.</summary>
    private T? Answered<T>(ValueTask<T> asked)
        where T : class?
    {
        var task = asked.AsTask();
        for (var attempt = 0; !task.IsCompleted && attempt < 20; attempt++)
        {
            _engine.Home.Journal.Step();
            _thread.Pump();
        }

        return task.IsFaulted && !_journal.IsHealed ? null : _thread.Await(new ValueTask<T>(task));
    }
}
