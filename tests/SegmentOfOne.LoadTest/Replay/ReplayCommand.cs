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
    private static readonly Option<string?> Key = Against.CreateKey();
    private static readonly Option<int?> Limit = new("--limit") { Description = "Send only the earliest N turns.", HelpName = "N" };
    private static readonly Option<int> Streams = new("--streams") { Description = "How many InteractStream calls share the work.", HelpName = "N", DefaultValueFactory = _ => 8 };
    private static readonly Option<bool> Decide = new("--decide") { Description = "Ask for a decision at each turn: in the cart, after the order, in the account; the default playbook's placements." };
    private static readonly Option<Uri?> MoveClock = Against.Create(
        "--move-clock", "Where the service answers HTTP: its clock, which stands (--clock-stands), is moved to each time of the file when all before is answered.");
    private static readonly Option<bool> Quiet = new("--quiet") { Description = "No progress bar." };

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("replay", "Sends a shop's order lines in order of time, then compares what the service makes of them with the file.")
        {
            Lines, Address, Key, Limit, Streams, Decide, Abandonment.Option, MoveClock, Quiet,
        };
        command.SetAction((parsed, ct) => Outcome.Of(console, () => Run(console, parsed, ct)));
        return command;
    }

    private static async Task<int> Run(IAnsiConsole console, ParseResult parsed, CancellationToken ct)
    {
        var (file, limit, abandon) = (parsed.GetRequiredValue(Lines), parsed.GetValue(Limit) ?? int.MaxValue, parsed.GetValue(Abandonment.Option));
        var year = ShopYear.Of(ShopFile.Read(file.FullName), limit, abandon);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{file.Name}: {year.Lines:N0} lines; {year.Turns.Count:N0} turns of {year.Customers.Count:N0} customers; skipped: {year.GuestLines:N0} lines of {year.GuestInvoices:N0} guests' invoices"));
        Abandonment.Write(console, year, abandon);
        using var client = new ExperienceClient(parsed.GetRequiredValue(Address), parsed.GetValue(Key));
        await client.Greet(ct);

        using var clock = parsed.GetValue(MoveClock) is { } http ? await ServiceClock.Open(http, parsed.GetValue(Key), ct) : null;
        var replay = new ShopReplay(year, client, parsed.GetValue(Streams), parsed.GetValue(Decide), clock);
        (var tally, var elapsed) = parsed.GetValue(Quiet) ? await replay.Run(ct) : await Watch(console, replay, year.Turns.Count, ct);
        ReplayReport.Write(console, tally, elapsed);
        if (clock is not null)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{replay.ClockTurns:N0} turns because something had become due"));
        }

        var truth = year.Lines == ShopSums.OnlineRetailLines && limit > year.Turns.Count && year.Abandoned == 0 ? ShopSums.OnlineRetail : null;
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
