using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Shop;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Verify;

/// <summary><c>verify FILE</c>: after a replay, every customer's story against its state and against the file.</summary>
public static class VerifyCommand
{
    private const int CustomersAtOnce = 32;
    private const int FaultsShown = 20;

    private static readonly Argument<FileInfo> Lines =
        new Argument<FileInfo>("FILE") { Description = "The shop's order lines: comma-separated text, plain or gzip." }.AcceptExistingOnly();
    private static readonly Option<Uri> Address = Against.Create();
    private static readonly Option<string?> Key = Against.CreateKey();

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("verify", "Checks, customer by customer, that the turns a service lists add up to the state it shows, and that they are those of the file.")
        {
            Lines, Address, Key, Abandonment.Option,
        };
        command.SetAction((parsed, ct) => Outcome.Of(console, () => Run(
            console, parsed.GetRequiredValue(Lines), parsed.GetValue(Abandonment.Option), parsed.GetRequiredValue(Address), parsed.GetValue(Key), ct)));
        return command;
    }

    private static async Task<int> Run(IAnsiConsole console, FileInfo file, int abandon, Uri against, string? key, CancellationToken ct)
    {
        var sent = ShopYear.Of(ShopFile.Read(file.FullName), abandon: abandon).Turns.ToLookup(turn => turn.Customer);
        using var client = new ExperienceClient(against, key);
        await client.Greet(ct);

        ConcurrentBag<Finding> findings = [];
        var options = new ParallelOptions() { MaxDegreeOfParallelism = CustomersAtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(sent, options, async (turns, stop) =>
            findings.Add(await CustomerCheck.Run(turns.Key, [.. turns], client, stop)));

        var flows = new StageFlows();
        foreach (var finding in findings.Where(finding => finding.Live is not null))
        {
            flows.Add(finding.Story, finding.Live!.Stage);
        }
        Write(console, flows);
        Finding[] faulty = [.. findings.Where(finding => finding.Faults.Count > 0).OrderBy(finding => finding.Customer, StringComparer.Ordinal)];
        foreach (var finding in faulty.Take(FaultsShown))
        {
            console.MarkupLineInterpolated($"[red]customer {finding.Customer}: {string.Join("; ", finding.Faults)}[/]");
        }
        var (told, ofTime) = (findings.Sum(finding => (long)finding.Story.Version), findings.Sum(finding => (long)finding.Story.ClockTurns));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{findings.Count:N0} customers, {told:N0} turns, {ofTime:N0} of them because something had become due: {faulty.Length:N0} customers contradict their turns or the file; stages {(flows.Balance ? "balance" : "DO NOT BALANCE")}"));
        return faulty.Length == 0 && flows.Balance ? Outcome.Good : Outcome.Bad;
    }

    private static void Write(IAnsiConsole console, StageFlows flows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("stage");
        foreach (var name in new[] { "inflow", "outflow", "occupancy" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }
        foreach (var (stage, (inflow, outflow, occupancy)) in flows.Stages)
        {
            table.AddRow(stage.ToString(), Show(inflow), Show(outflow), Show(occupancy));
        }
        console.Write(table);
    }

    private static string Show(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
