extern alias gateway;

using System.CommandLine;
using System.Net;
using gateway::SegmentOfOne.Gateway.Commands;
using gateway::SegmentOfOne.Gateway.Hosting;
using gateway::SegmentOfOne.Gateway.Treatments;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Benchmarks.Peers;

/// <summary><c>peer</c>: the gateway as it is, over customers that live in Redis or PostgreSQL instead of in the engine.</summary>
public static class PeerCommand
{
    public static Command Create()
    {
        var arguments = new GatewayArguments(DatabaseProvider.Npgsql);
        Option<string?> redis = new("--redis") { HelpName = "HOST:PORT", Description = "Customers live in Redis there." };
        Option<string?> postgres = new("--postgres") { HelpName = "CONNECTION STRING", Description = "Customers live in PostgreSQL there, in a database without tables." };
        Option<int> pool = new("--pool") { HelpName = "N", Description = "Connections to PostgreSQL.", DefaultValueFactory = _ => 64 };
        Command command = new("peer", "Serves customers as a stateless service does, to be measured against.") { redis, postgres, pool };
        arguments.AddTo(command);
        command.Validators.Add(given =>
        {
            if (given.GetValue(redis) is null == given.GetValue(postgres) is null)
            {
                given.AddError("One of --redis and --postgres.");
            }
        });
        command.SetAction((parsed, ct) => Run(arguments.Read(parsed), parsed.GetValue(redis), parsed.GetValue(postgres), parsed.GetValue(pool), ct));
        return command;
    }

    private static async Task<int> Run(GatewayOptions options, string? redis, string? postgres, int pool, CancellationToken ct)
    {
        using var logs = GatewayServer.OpenLogs();
        var contents = new Contents();
        var time = options.Time();
        using var receivers = options.OpenReceivers(logs);
        await using var engine = await options.Open(null, null, contents, receivers, time, logs, EmbeddedEngine.Open, ct);
        using var turns = new PeerTurns(engine, time);
        using var onRedis = redis is null ? null : await RedisCustomers.Connect(IPEndPoint.Parse(redis), turns);
        await using var onPostgres = postgres is null ? null : await PostgresCustomers.Connect(postgres, pool, turns, ct);
        var served = new ServedEngine(
            onRedis ?? (ICustomers)onPostgres!, engine.Playbooks, engine, contents, engine.Outbox, options.OpenAccess(null), engine.KeyOf)
        {
            Erasures = engine, Identities = engine.Names, Time = time,
        };
        await using var server = await GatewayServer.Start(options, served, time, logs, ct);
        await server.WaitForShutdown();
        if (onRedis is not null)
        {
            Console.WriteLine($"conflicts {onRedis.Conflicts}");
        }

        return 0;
    }
}
