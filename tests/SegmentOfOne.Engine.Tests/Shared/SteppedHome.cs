using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Shared;

/// <summary>A home on a shared database whose threads the test is: commits happen when it says so. Ends as by a crash.</summary>
internal sealed class SteppedHome(SharedDatabase database, Func<EngineOptions, EngineOptions>? change = null) : IDisposable
{
    public EmbeddedEngine Engine { get; } = new(CustomerHome.OpenOn(
        (change ?? (options => options))(new EngineOptions { Database = database, MemoryBudgetBytes = 64 << 20 }), alone: false, threads: false));

    /// <summary>One turn, committed.</summary>
    public Task<TurnAnswer.Answered> Take(string customer, string id) => Take(Requests.Interaction(customer, id));

    public async Task<TurnAnswer.Answered> Take(TurnRequest request)
    {
        var turn = Send(request);
        await StepUntil(turn);
        return await turn;
    }

    public Task<TurnAnswer.Answered> Send(string customer, string id) => Send(Requests.Interaction(customer, id));

    private async Task<TurnAnswer.Answered> Send(TurnRequest request) =>
        (await Engine.Turn(request, default)).ShouldBeOfType<TurnAnswer.Answered>();

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
