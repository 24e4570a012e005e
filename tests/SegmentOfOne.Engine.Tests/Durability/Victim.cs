using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Durability;

/// <summary>A process under load that is there to be killed: it says on its standard output what was acknowledged, one line each.</summary>
internal static class Victim
{
    public const int Customers = 40;
    private const int Workers = 32;

    /// <param name="args">The data folder, and a name for this run that interactions begin with.</param>
    public static async Task<int> Run(string[] args)
    {
        var (folder, run) = (args[0], args[1]);
        await using var engine = await EmbeddedEngine.Open(
            new EngineOptions { DataFolder = folder, CheckpointAfter = TimeSpan.FromMilliseconds(50), Playbook = WaitingShop.BriefSource }, default);
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await output.WriteLineAsync("ready");
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Work(engine, output, run, worker)));
        return 0;
    }

    private static async Task Work(EmbeddedEngine engine, TextWriter output, string run, int worker)
    {
        var random = new Random(worker);
        for (var turn = 0; ; turn++)
        {
            var (customer, id) = ($"c{random.Next(Customers)}", $"{run}-{worker}-{turn}");
            var request = turn % 4 == 0
                ? Requests.Interaction(customer, id, "product_added", properties: Properties.Of(("cart_id", id)))
                : Requests.Interaction(customer, id);
            var answer = (TurnAnswer.Answered)await engine.Turn(request, default);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{customer} {id} {answer.Reply.Version}"));
        }
    }
}
