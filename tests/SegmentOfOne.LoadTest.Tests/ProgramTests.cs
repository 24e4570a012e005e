using SegmentOfOne.Benchmarks;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Shop;
using SegmentOfOne.LoadTest.Tests.Shop;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Tests;

/// <summary>The program's commands against the real gateway, on a shop made by hand.</summary>
public sealed class ProgramTests : IAsyncLifetime, IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private ServerProcess _gateway = null!;
    private string _shop = null!;

    private string Address => $"http://{_gateway.Grpc}";

    public async Task InitializeAsync()
    {
        _shop = _scratch["shop.csv"];
        await File.WriteAllTextAsync(_shop, SmallShop.Lines);
        _gateway = await StartGateway(_scratch["data"], "2011-01-10T00:00:00Z");
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_replay_sums_exactly_and_a_second_one_adds_nothing()
    {
        var first = await ProgramRun.Of("replay", _shop, "--against", Address);
        first.ExitCode.ShouldBe(0, first.Output);
        first.Output.ShouldContain("8 lines; 7 turns of 2 customers; skipped: 2 lines of 1 guests' invoices");
        first.Output.ShouldContain("7 new, 0 known already");
        first.Output.ShouldMatch(@"worth of orders +8.505 +8.505 +exact");
        first.Output.ShouldMatch(@"worth of returns +-2.655 +-2.655 +exact");

        var second = await ProgramRun.Of("replay", _shop, "--against", Address);
        second.ExitCode.ShouldBe(0, second.Output);
        second.Output.ShouldContain("0 new, 7 known already");

        var verification = await ProgramRun.Of("verify", _shop, "--against", Address);
        verification.ExitCode.ShouldBe(0, verification.Output);
        verification.Output.ShouldMatch("2 customers, [0-9]+ turns, [0-9]+ of them because something had become due: 0 customers contradict their turns or the file; stages balance");
    }

    [Fact]
    public async Task A_sum_that_is_off_is_named_and_the_exit_code_says_so()
    {
        await ProgramRun.Of("replay", _shop, "--against", Address);
        using var client = new ExperienceClient(new Uri(Address));
        await client.Interact(
            new InteractRequest { Customer = ShopTurn.IdentifierOf("8"), InteractionId = "not of the file", Type = "page_viewed", Channel = "web" }, options: null, default);

        var replay = await ProgramRun.Of("replay", _shop, "--against", Address);
        replay.ExitCode.ShouldBe(1, replay.Output);
        replay.Output.ShouldMatch(@"interactions +7 +8 +OFF");
        replay.Output.ShouldMatch(@"orders +2 +2 +exact");

        var verification = await ProgramRun.Of("verify", _shop, "--against", Address);
        verification.ExitCode.ShouldBe(1, verification.Output);
        verification.Output.ShouldMatch("customer 8: .*the interactions are not those of the file");
        verification.Output.ShouldNotContain("customer 7");
    }

    [Fact]
    public async Task A_limited_replay_is_held_to_the_turns_that_it_sent()
    {
        var replay = await ProgramRun.Of("replay", _shop, "--limit", "4", "--against", Address);
        replay.ExitCode.ShouldBe(0, replay.Output);
        replay.Output.ShouldMatch(@"interactions +4 +4 +exact");
    }

    [Fact]
    public async Task With_a_clock_that_is_moved_along_what_becomes_due_is_done_in_between_and_a_basket_can_be_abandoned()
    {
        await using ServerProcess gateway = await StartGateway(_scratch["moved"], "2011-01-01T09:00:00Z");
        string[] shop = [_shop, "--against", $"http://{gateway.Grpc}", "--abandon", "100"];
        var replay = await ProgramRun.Of(["replay", .. shop, "--move-clock", $"http://{gateway.Http}"]);
        replay.ExitCode.ShouldBe(0, replay.Output);
        replay.Output.ShouldContain("abandoned: 1 of 2 baskets, those whose number 100 divides");
        replay.Output.ShouldContain("6 new, 0 known already");
        replay.Output.ShouldMatch("\n[1-9][0-9]* turns because something had become due");

        var verification = await ProgramRun.Of(["verify", .. shop]);
        verification.ExitCode.ShouldBe(0, verification.Output);
        verification.Output.ShouldMatch(" [1-9][0-9]* of them because something had become due: 0 customers contradict");

        var again = await ProgramRun.Of(["replay", .. shop, "--move-clock", $"http://{gateway.Http}"]);
        again.ExitCode.ShouldBe(0, again.Output);
        again.Output.ShouldContain("0 new, 6 known already");
    }

    [Fact]
    public async Task A_clock_that_goes_on_by_itself_is_told()
    {
        await using ServerProcess gateway = await ServerProcess.StartGateway(_scratch["going"], default);
        var replay = await ProgramRun.Of("replay", _shop, "--against", $"http://{gateway.Grpc}", "--move-clock", $"http://{gateway.Http}");
        replay.ExitCode.ShouldBe(2, replay.Output);
        replay.Output.ShouldContain("goes on by itself: start the program with --clock INSTANT --clock-stands");
    }

    [Fact]
    public async Task The_same_seed_again_is_known_already()
    {
        await using ServerProcess gateway = await ServerProcess.StartGateway(_scratch["now"], default);
        string[] simulation = ["simulate", "--customers", "50", "--rate", "400", "--seconds", "1", "--seed", "5", "--ask", "1", "--arrivals", "constant", "--against", $"http://{gateway.Grpc}"];
        var first = await ProgramRun.Of(simulation);
        first.ExitCode.ShouldBe(0, first.Output);
        first.Output.ShouldContain("400 of 400 answered");

        var second = await ProgramRun.Of(simulation);
        second.ExitCode.ShouldBe(0, second.Output);
        second.Output.ShouldMatch(@"\b400 known already");
        second.Output.ShouldNotContain(" new");
    }

    [Fact]
    public async Task Where_nothing_listens_it_says_how_to_start_the_program()
    {
        foreach (var command in new[] { ["replay", _shop], ["verify", _shop], new[] { "simulate", "--seconds", "1" } })
        {
            var run = await ProgramRun.Of([.. command, "--against", "http://127.0.0.1:1"]);
            run.ExitCode.ShouldBe(2);
            run.Output.ShouldContain("Nothing answers gRPC at http://127.0.0.1:1/");
            run.Output.ShouldContain("dotnet run -c Release --project src/SegmentOfOne.Gateway");
        }
    }

    [Theory]
    [InlineData("replay", "no-such-file.csv")]
    [InlineData("replay")]
    [InlineData("simulate", "--rate", "0")]
    [InlineData("simulate", "--against", "somewhere")]
    [InlineData("replay", "--move-clock", "somewhere")]
    [InlineData("dance")]
    public async Task Arguments_that_make_no_sense_are_told(params string[] args)
    {
        var run = await ProgramRun.Of(args);
        run.ExitCode.ShouldBe(2);
        run.Output.ShouldEndWith("See --help.\n");
    }

    [Fact]
    public async Task A_file_that_is_no_shop_is_told_with_its_line()
    {
        await File.AppendAllTextAsync(_shop, "\n104,never,7,LAMP,1,2.55,UK,lamp\n");
        var run = await ProgramRun.Of("replay", _shop, "--against", Address);
        run.ExitCode.ShouldBe(2);
        run.Output.ShouldContain("line 10: at 'never' is not a time");
    }

    private static Task<ServerProcess> StartGateway(string data, string clock) =>
        ServerProcess.StartGateway("gateway", Built.Gateway, data, default, "--clock", clock, "--clock-stands");
}
