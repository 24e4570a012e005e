using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>Export, erasure and what is left of it, with the program as a user runs it.</summary>
public sealed class ErasureTests : IDisposable
{
    private const string Canary = "canary-41c7";

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Everything_is_exported_then_erased_then_nothing_is_found_anywhere_and_the_certificate_says_so()
    {
        string certificate, output;
        using (var gateway = await GatewayProcess.Start(_folder.Path))
        {
            _http.BaseAddress = gateway.Http;
            await Live(40);

            // Exported: every turn, every decision's receipt, everything that was said.
            var export = (JsonObject)JsonNode.Parse(await _http.GetStringAsync($"/admin/v1/customers/user_id/{Canary}/export"))!;
            JsonParser.Default.Parse<Admin.V1.CustomerExport>(export.ToJsonString()).Turns.Count.ShouldBe(40);
            export["version"]!.GetValue<string>().ShouldBe("40");
            export["receipts"]!.AsArray().Count.ShouldBe(10);
            export["turns"]!.ToJsonString().ShouldContain($"{Canary}-item-39");
            export["customer"]!["identifiers"]!.ToJsonString().ShouldContain(Canary);
            ((JsonObject)JsonNode.Parse(await _http.GetStringAsync("/admin/v1/schemas/export"))!).ContainsKey("$ref").ShouldBeTrue();

            await Task.Delay(1_500);
            Copy(_folder.File("data"), _folder.File("backup"));
            var erased = await _http.PostAsync($"/admin/v1/customers/user_id/{Canary}/erase", null);
            var erasure = await RunningGateway.Body(erased);
            erased.StatusCode.ShouldBe(HttpStatusCode.OK, erasure.ToJsonString());
            var id = erasure["id"]!.GetValue<string>();
            (await RunningGateway.Body(await _http.PostAsync($"/admin/v1/customers/user_id/{Canary}/erase", null)))["id"]!.GetValue<string>().ShouldBe(id);
            (await RunningGateway.Body(await _http.GetAsync($"/admin/v1/erasures/{id}")))["finished_at"].ShouldNotBeNull();

            // Erased: nothing is told, nothing is taken, under a name.
            foreach (var path in new[] { "", "/export", "/turns" })
            {
                (await _http.GetAsync($"/admin/v1/customers/user_id/{Canary}{path}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            }

            (await _http.GetAsync("/admin/v1/erasures/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await _http.PostAsync("/admin/v1/customers/user_id/nobody/erase", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            var late = await Interact("late", "home_hero");
            (late.StatusCode, (await RunningGateway.Body(late))["code"]!.GetValue<string>()).ShouldBe((HttpStatusCode.BadRequest, "customer_erased"));

            certificate = await _http.GetStringAsync($"/admin/v1/erasures/{id}/certificate");
            await File.WriteAllTextAsync(_folder.File("certificate.json"), certificate);
            await File.WriteAllTextAsync(_folder.File("key.pem"), await _http.GetStringAsync("/admin/v1/erasure-key"));
            (await _http.GetStringAsync("/admin/v1/audit")).ShouldContain(id);
            (await gateway.Terminate()).ShouldBe(0);
            output = gateway.Output + gateway.Error;
        }

        output.ShouldNotContain(Canary);
        Search().ShouldBeEmpty();

        // Verified, and not when a word of it is another.
        (await GatewayProcess.Run(_folder.Path, "erasure", "verify", "certificate.json", "--public-key", "key.pem")).ExitCode.ShouldBe(0);
        (await GatewayProcess.Run(_folder.Path, "erasure", "public-key")).Output.ShouldBe(await File.ReadAllTextAsync(_folder.File("key.pem")));
        await File.WriteAllTextAsync(_folder.File("certificate.json"), certificate.Replace("request", "mistake", StringComparison.Ordinal));
        (await GatewayProcess.Run(_folder.Path, "erasure", "verify", "certificate.json", "--public-key", "key.pem")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task After_the_master_key_was_changed_everybody_is_still_read_and_the_one_before_opens_nothing()
    {
        await File.WriteAllTextAsync(_folder.File("first.key"), Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
        await File.WriteAllTextAsync(_folder.File("second.key"), Convert.ToBase64String(Enumerable.Range(32, 32).Select(i => (byte)i).ToArray()));
        using (var gateway = await GatewayProcess.Start(_folder.Path, "--master-key", "first.key"))
        {
            _http.BaseAddress = gateway.Http;
            await Live(10);
            var inUse = await GatewayProcess.Run(_folder.Path, "vault", "rotate", "--master-key", "first.key");
            (inUse.ExitCode, inUse.Error).ShouldSatisfyAllConditions(it => it.ExitCode.ShouldBe(1), it => it.Error.ShouldContain("held by process"));
            (await gateway.Terminate()).ShouldBe(0);
        }

        var before = await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "data", "customers.db"));
        var rotated = await GatewayProcess.Run(_folder.Path, "vault", "rotate", "--master-key", "first.key", "--new-master-key", "second.key");
        (rotated.ExitCode, rotated.Output).ShouldBe((0, $"1 keys are wrapped under the next master key.{Environment.NewLine}"), rotated.Error);
        (await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "data", "customers.db"))).ShouldBe(before);

        var refused = await GatewayProcess.Run(_folder.Path, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--master-key", "first.key");
        (refused.ExitCode, refused.Error).ShouldSatisfyAllConditions(it => it.ExitCode.ShouldBe(1), it => it.Error.ShouldContain("--master-key"));
        using var again = await GatewayProcess.Start(_folder.Path, "--master-key", "second.key");
        using var http = new HttpClient { BaseAddress = again.Http };
        ((JsonObject)JsonNode.Parse(await http.GetStringAsync($"/v1/customers/user_id/{Canary}"))!)["version"]!.GetValue<string>().ShouldBe("10");
    }

    private async Task Live(int turns)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            var answer = await Interact($"{turn}", turn % 4 == 0 ? "home_hero" : null);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }
    }

    private Task<HttpResponseMessage> Interact(string id, string? placement)
    {
        var body = new JsonObject
        {
            ["customer"] = new JsonObject { ["kind"] = "user_id", ["value"] = Canary },
            ["interaction_id"] = $"{Canary}-id-{id}",
            ["type"] = "product_viewed",
            ["channel"] = "web",
            ["properties"] = new JsonObject { ["product_id"] = $"{Canary}-item-{id}", [$"{Canary}-property"] = $"{Canary}-value" },
            ["placements"] = placement is null ? [] : new JsonArray(placement),
        };
        return _http.PostAsync("/v1/interact", new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
    }

    /// <summary>Files with the canary in them: data, vault, backup.</summary>
    private List<string> Search()
    {
        var canary = Encoding.UTF8.GetBytes(Canary);
        return [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(canary) >= 0)];
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from).Where(file => Path.GetFileName(file) is not "lock"))
        {
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var target = File.Create(Path.Combine(to, Path.GetFileName(file)));
            source.CopyTo(target);
        }
    }
}
