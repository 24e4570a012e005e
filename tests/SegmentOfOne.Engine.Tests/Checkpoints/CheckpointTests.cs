using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly SteppedEngine _host = new();

    [Fact]
    public async Task It_takes_turns_out_of_the_journal_and_out_of_memory()
    {
        await Live(customers: 20, turnsEach: 3);
        (_host.Engine.Home.Journal.UnsavedTurns, _host.Engine.Home.Residents.TailBytes > 0).ShouldBe((60, true));
        _host.Save();
        (_host.Engine.Home.Journal.UnsavedTurns, _host.Engine.Home.Residents.TailBytes).ShouldBe((0, 0));
        var kept = 0;
        _host.Storage.ReadAll((_, _) => kept++);
        kept.ShouldBe(0);
        await CheckAll(20, 3);
    }

    [Fact]
    public async Task Whenever_it_comes_nothing_is_lost_and_nothing_doubled()
    {
        var random = new Random(1);
        var turns = new List<Task<TurnAnswer>>();
        for (var i = 0; i < 600; i++)
        {
            turns.Add(_host.Engine.Turn(Requests.Interaction($"c{random.Next(5)}", $"{i}"), default).AsTask());
            if (random.Next(10) == 0)
            {
                _host.Commit();
            }

            if (random.Next(30) == 0)
            {
                _host.Commit();
                _host.Engine.Checkpointer.Round();
            }

            if (random.Next(100) == 0)
            {
                _host.Commit();
                _host.Crash();
            }
        }

        _host.Save();
        await Task.WhenAll(turns);
        (await _host.Engine.Overview(default)).Turns.ShouldBe(600);
        var kept = 0;
        for (var customer = 0; customer < 5; customer++)
        {
            kept += (await Histories.Check(_host.Engine, Requests.User($"c{customer}"))).Count;
        }

        kept.ShouldBe(600);
    }

    [Fact]
    public async Task A_very_long_tail_is_written_in_pieces_with_anchors_between()
    {
        const int Turns = (7 * TurnChunk.MaxTurns) + 5;
        await Live(customers: 1, Turns);
        _host.Engine.Checkpointer.Round().ShouldBe(1);
        await CheckAll(1, Turns);

        // A replay begins at the anchor before: fewer than two chunks of turns.
        for (var version = 1; version <= Turns; version += 50)
        {
            var state = new CustomerState((await _host.Engine.Get(Requests.User("c0"), null, default))!.Key);
            await _host.Engine.Home.Readers.Run(reader =>
            {
                reader.ReadAnchor(state, version, null);
                return 0;
            });
            (version - state.Version).ShouldBeLessThan(2 * TurnChunk.MaxTurns);
        }
    }

    [Fact]
    public async Task A_turn_does_not_wait_for_it()
    {
        await Live(customers: 1, turnsEach: 1);
        using var writing = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        var holder = Task.Run(() =>
        {
            lock (_host.Engine.Store.Writing)
            {
                writing.Set();
                done.Wait();
            }
        });
        writing.Wait();
        var round = Task.Run(() => _host.Engine.Checkpointer.Round());
        (await _host.Turn(Requests.Interaction("c0", "during"))).Reply.Version.ShouldBe(2);
        done.Set();
        await holder;
        await round;
        _host.Save();
        await CheckAll(1, 2);
    }

    [Fact]
    public async Task It_never_saves_what_the_journal_might_not_keep()
    {
        await Live(customers: 1, turnsEach: 1);
        var turn = _host.Engine.Turn(Requests.Interaction("c0", "lost", properties: Properties.Of(("text", new string('x', 4_000)))), default).AsTask();
        _host.Storage.LimitPages(1);
        var round = Task.Run(() => _host.Engine.Checkpointer.Round());
        _host.Commit();
        await Should.ThrowAsync<CustomersUnavailableException>(turn);
        await round;
        _host.Storage.LimitPages(1_000_000);
        _host.Save();
        (await _host.Engine.Overview(default)).Turns.ShouldBe(1);
        await CheckAll(1, 1);
    }

    [Fact]
    public async Task When_load_is_low_a_turn_is_seen_by_queries_soon_and_by_itself()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path }, default);
        await engine.Turn(Requests.Interaction("a", "1"), default);
        var acknowledged = Instant.From(DateTimeOffset.UtcNow);
        Overview overview;
        do
        {
            await Task.Delay(20);
            overview = await engine.Overview(default);
        }
        while (overview.AsOf <= acknowledged);
        (overview.Customers, overview.Turns).ShouldBe((1, 1));
    }

    [Fact]
    public async Task When_draining_everything_is_saved_and_no_turn_is_taken()
    {
        using var folder = new TemporaryFolder();
        var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path, CheckpointAfter = TimeSpan.FromHours(1) }, default);
        await using (engine)
        {
            var begun = Enumerable.Range(0, 500).Select(i => engine.Turn(Requests.Interaction($"c{i % 50}", $"{i}"), default).AsTask()).ToArray();
            await engine.Drain(default);
            foreach (var turn in begun)
            {
                // Begun before or refused, but answered.
                (await Record.ExceptionAsync(() => turn) is null or CustomersUnavailableException { Reason: Unavailability.Draining }).ShouldBeTrue();
            }

            var late = await Should.ThrowAsync<CustomersUnavailableException>(
                async () => await engine.Turn(Requests.Interaction("c1", "late"), default));
            late.Reason.ShouldBe(Unavailability.Draining);
            engine.Home.Journal.UnsavedTurns.ShouldBe(0);
            (await engine.Overview(default)).Turns.ShouldBe(begun.Count(turn => turn.IsCompletedSuccessfully));
        }
    }

    public void Dispose() => _host.Dispose();

    private async Task Live(int customers, int turnsEach)
    {
        var turns = Enumerable.Range(0, customers * turnsEach)
            .Select(i => _host.Engine.Turn(Requests.Interaction($"c{i % customers}", $"{i}"), default).AsTask()).ToArray();
        _host.Commit();
        await Task.WhenAll(turns);
    }

    private async Task CheckAll(int customers, int turnsEach)
    {
        for (var customer = 0; customer < customers; customer++)
        {
            (await Histories.Check(_host.Engine, Requests.User($"c{customer}"))).Count.ShouldBe(turnsEach);
        }
    }
}
