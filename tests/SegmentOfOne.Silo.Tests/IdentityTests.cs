using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;
using SegmentOfOne.Silo.Tests.Support;
using Xunit.Abstractions;

namespace SegmentOfOne.Silo.Tests;

/// <summary>Customers that live on different silos become one, and are parted again, while a silo is killed.</summary>
public sealed class IdentityTests(PostgreSqlServer server, ITestOutputHelper output) : IClassFixture<PostgreSqlServer>
{
    private const int Silos = 3, Killed = 1, Users = 30, Devices = 2;

    private volatile bool _isKilled;

    [PostgreSqlFact]
    public async Task Merged_and_parted_across_silos_of_which_one_is_killed_nothing_is_lost_or_counted_twice()
    {
        using var cluster = await Cluster.Start(server.CreateDatabase().ConnectionString, Silos);
        var told = new int[Users];

        // Whoever is asked for first at a gateway lives there: users and their devices on silos of their own.
        await Everybody(async user =>
        {
            await Tell(cluster, user, user % Silos, ExperienceCalls.Interaction($"u{user}", "first"), told);
            for (var device = 0; device < Devices; device++)
            {
                await Tell(cluster, user, (user + device + 1) % Silos, Visit(user, device, "first", "product_viewed"), told);
            }
        });

        _isKilled = true;
        var dies = Task.Run(async () => await cluster.Silos[Killed].Kill());
        await Everybody(async user =>
        {
            for (var device = 0; device < Devices; device++)
            {
                var signIn = Visit(user, device, "sign-in", "signed_in");
                signIn.Properties.Add("user_id", Value.ForString($"u{user}"));
                await Tell(cluster, user, user + device, signIn, told);
                await Tell(cluster, user, user + device + 1, Visit(user, device, "after", "product_viewed"), told);
            }
        });
        await dies;

        await Everybody(async user =>
        {
            var whole = await Customer(cluster, $"user_id/u{user}");
            (((string?)whole["interactions"]), whole["parts"]?.AsArray().Count).ShouldBe(($"{told[user]}", Devices), $"u{user}");
            for (var device = 0; device < Devices; device++)
            {
                ((string?)(await Customer(cluster, $"anonymous_id/u{user}-{device}"))["customer_key"]).ShouldBe((string?)whole["customer_key"]);
            }

            // The first device is parted: what came by it goes with it, and nothing else.
            await Unmerge(cluster, $"anonymous_id/u{user}-0");
            var (kept, parted) = (await Customer(cluster, $"user_id/u{user}"), await Customer(cluster, $"anonymous_id/u{user}-0"));
            ((string?)kept["interactions"], (string?)parted["interactions"]).ShouldBe(($"{told[user] - 3}", "3"), $"u{user}");
        });
        output.WriteLine($"{told.Sum()} interactions of {Users} users");
    }

    private static V1.InteractRequest Visit(int user, int device, string id, string type)
    {
        var request = ExperienceCalls.Interaction("", id, type);
        request.Customer = new V1.Identifier { Kind = "anonymous_id", Value = $"u{user}-{device}" };
        return request;
    }

    private static Task Everybody(Func<int, Task> act) => Parallel.ForAsync(0, Users, async (user, _) => await act(user));

    /// <summary>As callers do: again, and by another gateway, until it is answered.</summary>
    private async Task Tell(Cluster cluster, int user, int silo, V1.InteractRequest request, int[] told)
    {
        await Again(async attempt =>
        {
            using var channel = Alive(cluster, silo + attempt).Channel();
            return await channel.UnaryAsync(ExperienceCalls.Interact, request, default);
        });
        Interlocked.Increment(ref told[user]);
    }

    private Task<JsonObject> Customer(Cluster cluster, string customer) => Again(async attempt =>
    {
        using var http = new HttpClient();
        return (await http.GetFromJsonAsync<JsonObject>(new Uri(Alive(cluster, attempt).Http, $"/v1/customers/{customer}")))!;
    });

    private Task<bool> Unmerge(Cluster cluster, string customer) => Again(async attempt =>
    {
        using var http = new HttpClient();
        using var response = await http.PostAsync(new Uri(Alive(cluster, attempt).Http, $"/admin/v1/customers/{customer}/unmerge"), null);

        // Asked again after it was done and the answer lost, it is no part any more.
        return response.StatusCode == System.Net.HttpStatusCode.Conflict || response.EnsureSuccessStatusCode().IsSuccessStatusCode;
    });

    private SiloProcess Alive(Cluster cluster, int silo) => cluster.Silos[_isKilled && silo % Silos == Killed ? 0 : silo % Silos];

    private static async Task<T> Again<T>(Func<int, Task<T>> act)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await act(attempt);
            }
            catch (Exception e) when (e is GrpcException or HttpRequestException && attempt < 300)
            {
                await Task.Delay(200);
            }
        }
    }
}
