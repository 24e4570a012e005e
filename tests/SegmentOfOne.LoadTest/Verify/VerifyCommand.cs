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

    private static readonly Argument<FileInfo> s_file =
        new Argument<FileInfo>("FILE") { Description = "The shop's order lines: comma-separated text, plain or gzip." }.AcceptExistingOnly();
    private static readonly Option<Uri> s_against = Against.Create();

    public static Command Create(IAnsiConsole console)
    {
        Command command = new("verify", "Checks, customer by customer, that the turns a service lists add up to the state it shows, and that they are those of the file.")
        {
            s_file, s_against,
        };
        command.SetAction((parsed, ct) => Outcome.Of(console, () => Run(console, parsed.GetRequiredValue(s_file), parsed.GetRequiredValue(s_against), ct)));
        return command;
    }

    private static async Task<int> Run(IAnsiConsole console, FileInfo file, Uri against, CancellationToken ct)
    {
        ILookup<string, ShopTurn> sent = ShopYear.Of(ShopFile.Read(file.FullName)).Turns.ToLookup(turn => turn.Customer);
        using ExperienceClient client = new(against);
        await client.Greet(ct);

        ConcurrentBag<Finding> findings = [];
        ParallelOptions options = new() { MaxDegreeOfParallelism = CustomersAtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(sent, options, async (turns, stop) =>
            findings.Add(await CustomerCheck.Run(turns.Key, [.. turns], client, stop)));

        StageFlows flows = new();
        foreach (Finding finding in findings.Where(finding => finding.Live is not null))
        {
            flows.Add(finding.Story, finding.Live!.Stage);
        }
        Write(console, flows);
        Finding[] faulty = [.. findings.Where(finding => finding.Faults.Count > 0).OrderBy(finding => finding.Customer, StringComparer.Ordinal)];
        foreach (Finding finding in faulty.Take(FaultsShown))
        {
            console.MarkupLineInterpolated($"[red]customer {finding.Customer}: {string.Join("; ", finding.Faults)}[/]");
        }
        long told = findings.Sum(finding => (long)finding.Story.Version);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{findings.Count:N0} customers, {told:N0} turns: {faulty.Length:N0} customers contradict their turns or the file; stages {(flows.Balance ? "balance" : "DO NOT BALANCE")}"));
        return faulty.Length == 0 && flows.Balance ? Outcome.Good : Outcome.Bad;
    }

    private static void Write(IAnsiConsole console, StageFlows flows)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("stage");
        foreach (string name in new[] { "inflow", "outflow", "occupancy" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }
        foreach ((V1.Stage stage, (long inflow, long outflow, long occupancy)) in flows.Stages)
        {
            table.AddRow(stage.ToString(), Show(inflow), Show(outflow), Show(occupancy));
        }
        console.Write(table);
    }

    private static string Show(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
