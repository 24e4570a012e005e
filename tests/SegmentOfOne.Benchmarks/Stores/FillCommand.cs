using System.CommandLine;
using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.Benchmarks.Stores;

/// <summary><c>fill</c>: an engine that checkpoints nothing takes turns until its journal is large, says how many, and waits to be killed.</summary>
public static class FillCommand
{
    /// <summary>What it says when it is done, before the number of turns, those that time alone brought included.</summary>
    public const string Done = "turns taken: ";

    private const int AtOnce = 1_024;

    public static Command Create()
    {
        Option<string> data = new("--data") { HelpName = "DIR", Required = true };
        Option<int> known = new("--known") { HelpName = "N", Description = "Customers that are known there.", Required = true };
        Option<int> megabytes = new("--megabytes") { HelpName = "MB", Description = "How large the journal gets.", Required = true };
        Command command = new("fill", "Fills a data folder's journal with turns that are not checkpointed, for a restart to find.") { data, known, megabytes };
        command.SetAction((parsed, ct) => Run(parsed.GetRequiredValue(data), parsed.GetValue(known), parsed.GetValue(megabytes) * 1_000_000L, ct));
        return command;
    }

    private static async Task Run(string data, int known, long bytes, CancellationToken ct)
    {
        // A quarter of what may be unsaved is when checkpoints begin, however young it is.
        var engine = await EmbeddedEngine.Open(
            new EngineOptions { DataFolder = data, CheckpointAfter = TimeSpan.FromDays(1), MaxUnsavedBytes = 8 * bytes, MemoryBudgetBytes = 40 * bytes }, ct);
        long taken = 0;
        var full = false;
        var callers = Enumerable.Range(0, AtOnce).Select(async caller =>
        {
            for (var dice = Dice.For(LoadShape.Seed, "fill", caller); !Volatile.Read(ref full);)
            {
                var answer = await engine.Turn(Request(dice.Between(0, known - 1), Interlocked.Increment(ref taken)), ct);
                if (answer is not TurnAnswer.Answered)
                {
                    throw new InvalidOperationException($"a turn was refused: {answer}");
                }
            }
        }).ToArray();
        while (FolderSize.Of(data, "journal") < bytes && !callers.Any(caller => caller.IsCompleted))
        {
            await Task.Delay(50, ct);
        }

        Volatile.Write(ref full, true);
        await Task.WhenAll(callers);
        taken += (await engine.Overview(ct)).Process.ClockTurns;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Done}{taken}"));
        await Task.Delay(Trial.Patience, ct);
    }

    private static TurnRequest Request(int customer, long number)
    {
        var id = Shopper.Of(LoadShape.Seed, customer).Identifier;
        return new TurnRequest
        {
            Customer = new Identifier(id.Kind, id.Value),
            Id = string.Create(CultureInfo.InvariantCulture, $"fill-{number}"),
            Type = "product_viewed",
            Channel = "web",
            Properties = Properties.Of(("category", "lamps"), ("price", 29.90), ("product_id", string.Create(CultureInfo.InvariantCulture, $"lamp-{number % 50}"))),
            Placements = [],
        };
    }
}
