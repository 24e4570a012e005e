using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Folders;

/// <summary>What is altered on disk is noticed, and harms no more than it must.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Customers = 8;
    private readonly SteppedEngine _host = new();

    [Fact]
    public async Task A_flipped_bit_anywhere_in_the_journal_is_noticed_or_harmless()
    {
        await Live(rounds: 5);
        byte[] intact = [];
        _host.Crash(() => intact = File.ReadAllBytes(_host.JournalFile));
        var expected = await Stories();
        _host.Close();
        var (noticed, seed) = (0, Environment.TickCount);
        for (var flip = 0; flip < 150; flip++)
        {
            var bit = new Random(seed + flip).Next(intact.Length * 8);
            var altered = intact.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(_host.JournalFile, altered);
            try
            {
                _host.Crash();
            }
            catch (DataFolderException e)
            {
                e.Problem.ShouldBeOneOf(DataFolderProblem.Damaged, DataFolderProblem.Newer, DataFolderProblem.Incomplete);
                noticed++;
                continue;
            }

            (await Stories()).ShouldBe(expected, $"seed {seed + flip}, bit {bit}");
        }

        noticed.ShouldBeGreaterThan(20);
        File.WriteAllBytes(_host.JournalFile, intact);
        _host.Crash();
    }

    [Fact]
    public async Task A_damaged_snapshot_fails_its_own_customer_and_no_other()
    {
        await Live(rounds: 3);
        _host.Save();
        _host.Crash(() => Change("UPDATE customer SET snapshot = CAST(substr(snapshot, 1, 20) || x'00' || substr(snapshot, 22) AS BLOB) WHERE number = 3"));
        var damaged = 0;
        for (var customer = 0; customer < Customers; customer++)
        {
            try
            {
                (await _host.Turn(Requests.Interaction($"c{customer}", "again"))).Reply.Version.ShouldBe(4);
            }
            catch (CustomerDamagedException)
            {
                damaged++;
                await Should.ThrowAsync<CustomerDamagedException>(async () => await _host.Engine.Get(Requests.User($"c{customer}"), null, default));
            }
        }

        damaged.ShouldBe(1);
        _host.Save();
        (await _host.Engine.Overview(default)).Turns.ShouldBe((Customers * 4) - 1);
        (await _host.Engine.List(new CustomerQuery(), default)).Customers.Length.ShouldBe(Customers - 1);
    }

    [Fact]
    public async Task Damaged_history_fails_those_who_read_it_and_the_customer_lives_on()
    {
        await Live(rounds: 3);
        _host.Save();
        _host.Crash(() => Change("UPDATE history SET turns = CAST(x'0100' || turns AS BLOB) WHERE customer = 3"));
        var damaged = 0;
        for (var customer = 0; customer < Customers; customer++)
        {
            (await _host.Turn(Requests.Interaction($"c{customer}", "again"))).Reply.Version.ShouldBe(4);
            try
            {
                await Histories.Check(_host.Engine, Requests.User($"c{customer}"));
            }
            catch (CustomerDamagedException)
            {
                damaged++;
            }
        }

        damaged.ShouldBe(1);
    }

    [Fact]
    public async Task A_customer_that_cannot_be_saved_is_set_aside_its_turns_stay_in_the_journal_and_others_are_saved()
    {
        await Live(rounds: 1);
        _host.Save();
        await Live(rounds: 1, from: 1);

        // After the crash the snapshot is needed to fold the journal's turns onto.
        _host.Crash(() => Change("UPDATE customer SET snapshot = x'01000000000001' WHERE number = 3"));
        _host.Save();
        (await _host.Engine.Overview(default)).Turns.ShouldBe((Customers * 2) - 1);
        _host.Engine.Home.Journal.UnsavedTurns.ShouldBe(1);
        _host.Engine.Home.AsOf.ShouldBe(_host.Time.Now);
        var failures = 0;
        for (var customer = 0; customer < Customers; customer++)
        {
            failures += await Record.ExceptionAsync(() => _host.Turn(Requests.Interaction($"c{customer}", "more"))) is CustomerDamagedException ? 1 : 0;
        }

        failures.ShouldBe(1);
        _host.Crash();
        _host.Engine.Home.Journal.UnsavedTurns.ShouldBeGreaterThanOrEqualTo(1);
    }

    public void Dispose() => _host.Dispose();

    private async Task Live(int rounds, int from = 0)
    {
        for (var i = 0; i < rounds * Customers; i++)
        {
            await _host.Turn(Requests.Interaction($"c{i % Customers}", $"{from}-{i}"));
        }
    }

    private async Task<string> Stories()
    {
        var lines = new List<string>();
        for (var customer = 0; customer < Customers; customer++)
        {
            lines.AddRange((await Histories.Check(_host.Engine, Requests.User($"c{customer}"))).Select(turn => $"c{customer} {turn.Version} {turn.Id}"));
        }

        return string.Join('\n', lines);
    }

    private void Change(string sql)
    {
        using var connection = Database.OpenWriter(_host.StoreFile);
        Database.Execute(connection, sql);
    }
}
