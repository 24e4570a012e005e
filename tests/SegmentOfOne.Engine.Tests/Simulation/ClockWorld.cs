using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Simulation;

/// <summary>
/// An engine whose customers wait, from one seed: real store, simulated journal, one thread, time that moves by hand. Between any two
/// steps commits fail, what is due is late, customers leave memory, the process dies, playbooks change, clocks are stopped half-way.
/// </summary>
internal sealed class ClockWorld : IDisposable
{
    private const int Customers = 6;

    private readonly Random _random;
    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly ManualTime _time = new();
    private readonly SimulatedJournal _journal;
    private readonly OneThread _thread = new();
    private readonly HashSet<string> _acknowledged = [];
    private readonly List<(string Id, Task<TurnAnswer> Answer)> _inFlight = [];
    private EmbeddedEngine _engine;
    private int _sent;

    public ClockWorld(int seed)
    {
        _random = new Random(seed);
        _journal = new SimulatedJournal(seed, faults: _random.Next(3) * 0.05);
        SynchronizationContext.SetSynchronizationContext(_thread);
        _engine = Start();
    }

    public int Faults => _journal.Faults;

    public int Crashes { get; private set; }

    /// <summary>Steps that time brought about.</summary>
    public int Steps { get; private set; }

    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Act();
        }

        _journal.IsHealed = true;
        Commit();
        Commit();
        Finish();
        Save();
        Crash();
        Finish();
    }

    public void Dispose()
    {
        _engine.Close();
        SynchronizationContext.SetSynchronizationContext(null);
        _folder.Dispose();
    }

    private void Finish()
    {
        WakeDue(_engine.Home.WakeDue(default), int.MaxValue).ShouldBeTrue();
        Commit();
        _inFlight.ShouldBeEmpty();
        Check();
    }

    private void Act()
    {
        switch (_random.Next(100))
        {
            case < 30:
                Send();
                break;
            case < 50:
                _engine.Home.Journal.Step();
                break;
            case < 65:
                WakeDue(_engine.Home.WakeDue(default), _random.Next(12));
                break;
            case < 85:
                // From nothing to days: across one wait, or several.
                _time.Advance(TimeSpan.FromSeconds(Math.Exp(_random.NextDouble() * 12)));
                break;
            case < 91:
                Save();
                break;
            case < 94:
                EvictAll();
                break;
            case < 96:
                _thread.Await(_engine.Playbooks.Publish(WaitingShop.Source, null, default)).ShouldBeOfType<PublishOutcome.Published>();
                break;
            default:
                Crash();
                break;
        }

        Settle();
    }

    private void Send()
    {
        var id = $"i{_sent++}";
        var type = _random.Next(4) switch { 0 => "product_viewed", 1 => "order_completed", 2 => "page_viewed", _ => "product_added" };
        var request = Requests.Interaction(
            $"c{_random.Next(Customers)}", id, type,
            at: _random.Next(4) == 0 ? _time.Now - TimeSpan.FromMinutes(_random.Next(600)) : null,
            properties: Properties.Of(("cart_id", id), ("total", 10.0)));
        _inFlight.Add((id, _engine.Turn(request, default).AsTask()));
    }

    private void Settle()
    {
        _thread.Pump();
        foreach (var (id, answer) in _inFlight)
        {
            if (answer.IsCompletedSuccessfully)
            {
                answer.Result.ShouldBeOfType<TurnAnswer.Answered>();
                _acknowledged.Add(id);
            }
            else if (answer.IsFaulted)
            {
                answer.Exception.InnerException.ShouldBeOfType<CustomersUnavailableException>();
            }
        }

        _inFlight.RemoveAll(turn => turn.Answer.IsCompleted);
    }

    private void Commit()
    {
        do
        {
            while (_engine.Home.Journal.Step())
            {
            }

            // What was only half done when it was left goes on now, and queues more.
            Settle();
        }
        while (_engine.Home.Journal.Step());
    }

    private void Save()
    {
        Commit();
        while (_engine.Checkpointer.Round() > 0)
        {
        }
    }

    private void EvictAll()
    {
        Save();
        _time.Advance(_engine.Home.Options.IdleAfter);
        for (var part = 0; part < 32; part++)
        {
            _engine.Eviction.Sweep();
        }
    }

    /// <summary>Lets what is due go on for some commits; whether it came to its end, with success.</summary>
    private bool WakeDue(Task waking, int commits)
    {
        while (!waking.IsCompleted && commits-- > 0)
        {
            _thread.Pump();
            _engine.Home.Journal.Step();
        }

        _thread.Pump();
        if (waking.IsFaulted)
        {
            waking.Exception.InnerException.ShouldBeOfType<CustomersUnavailableException>();
        }

        return waking.IsCompletedSuccessfully;
    }

    private void Crash()
    {
        Crashes++;
        _engine.Close();
        _thread.Pump();
        _inFlight.Clear();
        _engine = Start();
    }

    private void Check()
    {
        var known = new HashSet<string>();
        for (var customer = 0; customer < Customers; customer++)
        {
            var who = Requests.User($"c{customer}");
            var view = _thread.Await(_engine.Get(who, null, default));
            var story = new List<Turn>();
            for (long? after = 0; view is not null && after is not null;)
            {
                var page = _thread.Await(_engine.Turns(who, false, after, TurnPage.MaxLimit, default));
                story.AddRange(page!.Turns);
                after = page.Next;
            }

            Histories.Check(view, story);
            Steps += WaitingShop.Check(story, _time.Now, WaitingShop.Cart);
            known.UnionWith(story.Select(turn => turn.Id));
        }

        _acknowledged.ShouldBeSubsetOf(known);
    }

    private EmbeddedEngine Start() => EmbeddedEngine.OpenOn(
        new EngineOptions
        {
            DataFolder = _folder.Path,
            Time = _time,
            MemoryBudgetBytes = 64 << 20,
            IdleAfter = TimeSpan.FromMinutes(5),
            Playbook = WaitingShop.Source,
        },
        _journal);
}
