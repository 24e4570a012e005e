using System.Diagnostics;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Erasures;

/// <summary>A process that erases a customer and is killed, by itself, the moment that a step is done.</summary>
internal static class ErasureVictim
{
    public const string Verb = "erase";
    public const string Customer = "gone";

    /// <param name="args">The verb, the data folder, and the step after which it ends.</param>
    public static async Task<int> Run(string[] args)
    {
        var last = Enum.Parse<ErasureStep>(args[2]);
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = args[1] }, default);
        for (var turn = 0; turn < 5; turn++)
        {
            await engine.Turn(Requests.Interaction(Customer, $"late-{turn}"), default);
        }

        engine.Home.Eraser.Reached = step =>
        {
            if (step == last)
            {
                Process.GetCurrentProcess().Kill();
                Thread.Sleep(Timeout.Infinite);
            }
        };
        await engine.Erase(Requests.User(Customer), ErasureReason.Request, "ida", default);
        return 0;
    }
}
