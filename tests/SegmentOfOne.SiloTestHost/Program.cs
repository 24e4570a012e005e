using System.CommandLine;
using SegmentOfOne.Gateway.Commands;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Silo.Hosting;
using SegmentOfOne.SiloTestHost;
using SegmentOfOne.SiloTestHost.Peer;

var silos = new Option<short>("--silos") { Description = "How many silos to begin with.", HelpName = "N", DefaultValueFactory = _ => 3 };
var gateway = new GatewayArguments(DatabaseProviders.Known);
var port = new Option<int>("--port")
{
    Description = "The first gateway answers HTTP on this port of loopback and gRPC on the next; the second on the two after those, and so on.",
    HelpName = "PORT",
    DefaultValueFactory = _ => 8080,
};
var root = new RootCommand("Silos with a gateway each, all in this process, to aim load at. Commands on standard input: kill I, stop I, add, quit.") { silos, gateway.Store, port };
gateway.AddClockTo(root);
root.Add(PeerCommand.Create());
root.Validators.Add(result =>
{
    if (result.GetValue(silos) is var count && (count < 1 || (count > 1 && result.GetValue(gateway.Store)?.Invariant is null)))
    {
        result.AddError("--silos is 1 or more; more than one need a database: --store 'Invariant=Npgsql;…'.");
    }
});
root.SetAction(async (parsed, _) =>
{
    try
    {
        await using var host = await TestHost.Start(parsed.GetValue(silos), gateway.Read(parsed), parsed.GetValue(port), Console.Out);
        await host.Obey(Console.In);
        return 0;
    }
    catch (GatewayStartException problem)
    {
        await Console.Error.WriteLineAsync(problem.Message);
        return 1;
    }
});
return await CommandLine.Invoke(root, args);
