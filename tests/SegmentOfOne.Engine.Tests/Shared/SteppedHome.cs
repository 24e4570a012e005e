using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Shared;

/// <summary>A home on a shared database whose threads the test is: commits happen when it says so. Ends as by a crash.</summary>
internal sealed class SteppedHome(SharedDatabase database) : IDisposable
{
    public EmbeddedEngine Engine { get; } = new(CustomerHome.OpenOn(
        new EngineOptions { Database = database, MemoryBudgetBytes = 64 << 20 }, alone: false, threads: false));

    /// <summary>One turn, committed.</summary>
    public async Task<TurnAnswer.Answered> Take(string customer, string id)
    {
        var turn = Send(customer, id);
        await StepUntil(turn);
        return await turn;
    }

    public async Task<TurnAnswer.Answered> Send(string customer, string id) =>
        (await Engine.Turn(Requests.Interaction(customer, id), default)).ShouldBeOfType<TurnAnswer.Answered>();

    /// <summary>One batch of each lane.</summary>
    public void Step() => Engine.Home.Journal.Step();

    public async Task StepUntil(Task done)
    {
        while (!done.IsCompleted)
        {
            if (!Engine.Home.Journal.Step())
            {
                // Whoever was told waits for a thread of the pool to go on.
                await Task.WhenAny(done, Task.Delay(1));
            }
        }
    }

    public Task<List<Turn>> Story(string customer) => Histories.Read(Engine, Requests.User(customer));

    public void Dispose() => Engine.Close();
}
