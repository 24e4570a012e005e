using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Residents;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>An engine on real files without threads of its own: commits, checkpoints and evictions come when a test says so.</summary>
internal sealed class SteppedEngine : IDisposable
{
    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly Func<EngineOptions, EngineOptions> _change;
    private bool _isOpen;

    public SteppedEngine(Func<EngineOptions, EngineOptions>? change = null)
    {
        _change = change ?? (options => options);
        Open();
    }

    public ManualTime Time { get; } = new();

    public EmbeddedEngine Engine { get; private set; } = null!;

    public IdMemory Ids => Engine.Home.Residents.Ids;

    public SqliteJournalStorage Storage { get; private set; } = null!;

    public string JournalFile => _folder.In("journal.db");

    public string StoreFile => _folder.In("customers.db");

    /// <summary>Writes what is queued; how many batches.</summary>
    public int Commit()
    {
        var steps = 0;
        while (Engine.Home.Journal.Step())
        {
            steps++;
        }

        return steps;
    }

    /// <summary>A turn and its commit.</summary>
    public async Task<TurnAnswer.Answered> Turn(TurnRequest request)
    {
        var answer = Engine.Turn(request, default).AsTask();
        Commit();
        return (await answer).ShouldBeOfType<TurnAnswer.Answered>();
    }

    /// <summary>Carries out what is due by now, and commits it.</summary>
    public Task WakeDue() => Commit(Engine.Home.WakeDue(default));

    /// <summary>Commits until something has ended.</summary>
    public async Task Commit(Task work)
    {
        while (!work.IsCompleted)
        {
            if (Commit() == 0)
            {
                // Whoever was told waits for a thread of the pool to go on.
                await Task.WhenAny(work, Task.Delay(1));
            }
        }

        await work;
    }

    /// <summary>Commits, and moves everything to the store.</summary>
    public void Save()
    {
        Commit();
        while (Engine.Checkpointer.Round() > 0)
        {
        }

        Commit();
    }

    /// <summary>Saves, and lets every customer leave memory.</summary>
    public void EvictAll()
    {
        Save();
        Time.Advance(Engine.Home.Options.IdleAfter);
        for (var part = 0; part < 32; part++)
        {
            Engine.Eviction.Sweep();
        }
    }

    /// <summary>Ends as a crash does: what is committed is in the files, and nothing else. <paramref name="meanwhile"/> has the files to itself.</summary>
    public void Crash(Action? meanwhile = null)
    {
        Close();
        meanwhile?.Invoke();
        Open();
    }

    public void Close()
    {
        if (_isOpen)
        {
            _isOpen = false;
            Engine.Close();
        }
    }

    public void Dispose()
    {
        Close();
        _folder.Dispose();
    }

    private void Open()
    {
        Storage = new SqliteJournalStorage(JournalFile);
        Engine = EmbeddedEngine.OpenOn(
            _change(new EngineOptions { DataFolder = _folder.Path, Time = Time, MemoryBudgetBytes = 64 << 20 }), Storage);
        _isOpen = true;
    }
}
