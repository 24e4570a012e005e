using System.CommandLine;
using System.Globalization;
using SegmentOfOne.Grpc;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Shop;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Replay;

/// <summary><c>replay FILE</c>: a shop's year through the service, and its sums asked back.</summary>
public static class ReplayCommand
{
    private static readonly Argument<FileInfo> Lines =
        new Argument<FileInfo>("FILE") { Description = "The shop's order lines: comma-separated text, plain or gzip." }.AcceptExistingOnly();
    private static readonly Option<Uri> Address = Against.Create();
    private static readonly Option<int?> Limit = new("--limit") { Description = "Send only the earliest N turns.", HelpName = "N" };
    private static readonly Option<int> Streams = new("--streams") { Description = "How many InteractStream calls share the work.", HelpName = "N", DefaultValueFactory = _ => 8 };
    private static readonly Option<bool> Decide = new("--decide") { Description = "Ask for a decision at each turn: in the cart, after the order, in the account; the default playbook's placements." };
    private static readonly Option<bool> Quiet = new("--quiet") { Description = "No progress bar." };

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("replay", "Sends a shop's order lines in order of time, then compares what the service makes of them with the file.")
        {
            Lines, Address, Limit, Streams, Decide, Quiet,
        };
        command.SetAction((parsed, ct) => Outcome.Of(console, () => Run(
            console, parsed.GetRequiredValue(Lines), parsed.GetRequiredValue(Address), parsed.GetValue(Limit) ?? int.MaxValue, parsed.GetValue(Streams), parsed.GetValue(Decide), parsed.GetValue(Quiet), ct)));
        return command;
    }

    private static async Task<int> Run(IAnsiConsole console, FileInfo file, Uri against, int limit, int streams, bool decide, bool quiet, CancellationToken ct)
    {
        var year = ShopYear.Of(ShopFile.Read(file.FullName), limit);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{file.Name}: {year.Lines:N0} lines; {year.Turns.Count:N0} turns of {year.Customers.Count:N0} customers; skipped: {year.GuestLines:N0} lines of {year.GuestInvoices:N0} guests' invoices"));
        using var client = new ExperienceClient(against);
        await client.Greet(ct);

        var replay = new ShopReplay(year, client, streams, decide);
        (var tally, var elapsed) = quiet ? await replay.Run(ct) : await Watch(console, replay, year.Turns.Count, ct);
        ReplayReport.Write(console, tally, elapsed);

        var truth = year.Lines == ShopSums.OnlineRetailLines && limit > year.Turns.Count ? ShopSums.OnlineRetail : null;
        var rows = SumRow.Of(year.Sums, await ServiceSums.Ask(year.Customers, client, ct), truth);
        ReplayReport.Write(console, rows);
        return rows.All(row => row.Holds) && tally.Refused.Count == 0 ? Outcome.Good : Outcome.Bad;
    }

    private static Task<(ReplayTally, TimeSpan)> Watch(IAnsiConsole console, ShopReplay replay, int turns, CancellationToken ct) =>
        console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("turns", maxValue: turns);
                var running = replay.Run(ct);
                while (await Task.WhenAny(running, Task.Delay(100, ct)) != running)
                {
                    bar.Value = replay.Answered;
                }
                bar.Value = replay.Answered;
                return await running;
            });

    private sealed class RateColumn : ProgressColumn
    {
        public override Spectre.Console.Rendering.IRenderable Render(Spectre.Console.Rendering.RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(string.Create(CultureInfo.InvariantCulture, $"{task.Speed ?? 0:N0}/s"));
    }
}
