using System.Security.Cryptography;
using System.Text;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Tests.Erasures;

/// <summary>Invariant 8 of the design: erase then search finds nothing, in the store, its history and its backups.</summary>
public sealed class ErasureTests
{
    private const string Canary = "canary-7f3a";

    private static readonly Identifier Gone = Requests.User($"{Canary}-user");

    [Fact]
    public async Task Of_an_erased_customer_nothing_is_told_and_nothing_taken_also_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        Erasure erasure;
        await using (var engine = await Open(folder))
        {
            var first = await Live(engine, 300);
            erasure = (await engine.Erase(Gone, ErasureReason.Request, "ida", default)).ShouldNotBeNull();
            erasure.FinishedAt.ShouldNotBeNull();
            (await engine.Erase(Gone, ErasureReason.Mistake, "max", default)).ShouldNotBeNull().Id.ShouldBe(erasure.Id);
            (await engine.Receipt(new ReceiptId(first, 1, 0), default)).ShouldBeNull();
            await ShouldBeGone(engine);
        }

        await using var again = await Open(folder);
        await ShouldBeGone(again);
        var certificate = (await again.Erasure(erasure.Id, default)).ShouldNotBeNull().Certificate;
        certificate.ShouldNotBeNull().ToArray().ShouldBe(erasure.Certificate!.Value.ToArray());
        (await again.Erase(Requests.User("never"), ErasureReason.Request, "ida", default)).ShouldBeNull();
        (await again.Get(Requests.User("other"), null, default)).ShouldNotBeNull().State.Version.ShouldBe(3);
    }

    [Fact]
    public async Task Sums_stay_and_balance_when_a_customer_is_erased()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await Open(folder);
        await Live(engine, 20);
        await engine.Erase(Gone, ErasureReason.Request, "ida", default);
        await engine.Drain(default);
        var overview = await engine.Overview(default);
        (overview.Customers, overview.Turns).ShouldBe((2, 43));
        overview.Stages.Sum(stage => stage.Occupancy).ShouldBe(2);
        overview.Stages.Single(stage => stage.Stage == Stage.Erased).Occupancy.ShouldBe(1);
        overview.Stages.ShouldAllBe(stage => stage.Occupancy >= 0);
        (await engine.List(new CustomerQuery { Limit = 10 }, default)).Customers.Length.ShouldBe(1);
        overview.UnknownTypes.ShouldContain(new NamedCount($"{Canary}-type", 20));
        var audit = await engine.Playbooks.Drafts.CheckAudit(default);
        audit.Problem.ShouldBeNull();
    }

    [Fact]
    public async Task Canaries_in_every_field_are_readable_neither_in_the_data_nor_in_a_copy_from_before_the_erasure_with_the_master_key()
    {
        using var folder = new TemporaryFolder();
        using var copy = new TemporaryFolder();
        await using (var engine = await Open(folder))
        {
            await Live(engine, 300);
            await Histories.Saved(engine);
            Copy(folder.Path, copy.Path);
            await engine.Erase(Gone, ErasureReason.Request, "ida", default);
            Search(folder.Path).ShouldBeEmpty();
            Search(folder.Path + ".vault").ShouldBeEmpty();
        }

        Search(folder.Path).ShouldBeEmpty();
        Search(copy.Path).ShouldBeEmpty();

        // The program itself, with the copy, the master key, and the vault as it is now, can't read it either; of everybody else it has all.
        Copy(folder.Path + ".vault", copy.Path + ".vault");
        await using var restored = await EmbeddedEngine.Open(new EngineOptions { DataFolder = copy.Path }, default);
        (await restored.Get(Gone, null, default)).ShouldBeNull();
        (await restored.Get(Requests.User("other"), null, default)).ShouldNotBeNull().State.Version.ShouldBe(3);
    }

    [Fact]
    public async Task What_was_stored_before_there_was_a_vault_is_read_and_encrypted_from_then_on()
    {
        using var folder = new TemporaryFolder();
        await using (var before = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path, Vault = new VaultOptions { Encrypts = false } }, default))
        {
            await Live(before, 150);
        }

        Search(folder.Path).ShouldNotBeEmpty();
        await using (var after = await Open(folder))
        {
            await Live(after, 5, "second");
            (await Histories.Check(after, Gone)).Count.ShouldBe(310);
        }

        await using var again = await Open(folder);
        (await Histories.Check(again, Gone)).Count.ShouldBe(310);
    }

    [Fact]
    public async Task Another_vault_is_refused_and_so_is_none()
    {
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        await using (var engine = await Open(folder))
        {
            await Live(engine, 3);
        }

        foreach (var vault in new[] { new VaultOptions { Folder = other.Path }, new VaultOptions { Encrypts = false }, new VaultOptions { MasterKey = new byte[32] } })
        {
            await Should.ThrowAsync<DataFolderException>(() => EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path, Vault = vault }, default));
        }

        await using var again = await Open(folder);
        (await again.Get(Gone, null, default)).ShouldNotBeNull().State.Version.ShouldBe(6);
    }

    [Fact]
    public async Task A_certificate_verifies_and_with_one_bit_changed_it_does_not()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await Open(folder);
        await Live(engine, 3);
        var erasure = (await engine.Erase(Gone, ErasureReason.Request, "ida", default)).ShouldNotBeNull();
        var bytes = erasure.Certificate!.Value.ToArray();
        using var key = ECDsa.Create();
        key.ImportFromPem(engine.PublicKey);
        var certificate = ErasureCertificate.Verify(bytes, key).ShouldNotBeNull();
        (certificate.Id, certificate.Person, certificate.Reason).ShouldBe((erasure.Id, "ida", "request"));
        certificate.Erased.Single(rows => rows.What == "keys").Count.ShouldBe(1);
        certificate.Erased.Single(rows => rows.What == "snapshots").Count.ShouldBe(1);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            ErasureCertificate.Verify(bytes, key).ShouldBeNull($"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public async Task A_turn_that_meets_its_erasure_is_durable_before_or_refused()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await Open(folder);
        await Live(engine, 3);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var turn = 0; !stop.IsCancellationRequested; turn++)
            {
                try
                {
                    await engine.Turn(Requests.Interaction(Gone.Value, $"{caller}-{turn}"), default);
                }
                catch (CustomersUnavailableException)
                {
                }
            }
        })).ToList();
        await Task.Delay(200);
        (await engine.Erase(Gone, ErasureReason.Request, "ida", default)).ShouldNotBeNull();
        await Task.Delay(200);
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        await ShouldBeGone(engine);
        await engine.Drain(default);
        var overview = await engine.Overview(default);
        overview.Stages.Sum(stage => stage.Occupancy).ShouldBe(overview.Customers);
    }

    internal static async Task ShouldBeGone(EmbeddedEngine engine, Identifier? customer = null)
    {
        var gone = customer ?? Gone;
        var answer = await engine.Turn(new TurnRequest { Customer = gone, Id = "late", Type = "page_viewed", Channel = "web" }, default);
        answer.ShouldBeOfType<TurnAnswer.Refused>().Refusal.Code.ShouldBe(RefusalCode.CustomerErased);
        (await engine.Get(gone, null, default)).ShouldBeNull();
        (await engine.Get(gone, Instant.Epoch + TimeSpan.FromDays(20_000), default)).ShouldBeNull();
        (await engine.Turns(gone, true, null, 10, default)).ShouldBeNull();
    }

    private static Task<EmbeddedEngine> Open(TemporaryFolder folder) =>
        EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path, Playbook = MessageShop.Source }, default);

    /// <summary>Turns with canaries in everything that a caller may say of a customer, and some of somebody else.</summary>
    private static async Task<CustomerKey> Live(EmbeddedEngine engine, int turns, string run = "first")
    {
        var key = default(CustomerKey);
        for (var turn = 0; turn < turns; turn++)
        {
            var type = (turn % 4) switch { 0 => MessageShop.ForGood, 1 => MessageShop.Hello, 2 => "order_completed", _ => "complaint_made" };
            var answer = await engine.Turn(
                Requests.Interaction(
                    Gone.Value, $"{Canary}-id-{run}-{turn}", type,
                    properties: Properties.Of(
                        ("product_id", $"{Canary}-item-{turn}"), ("order_id", $"{Canary}-order-{turn}"), ("total", "10.00"), ("first_name", $"{Canary}-name"),
                        ($"{Canary}-property", $"{Canary}-value"), ("reason", $"{Canary}-reason"))),
                default);
            await engine.Turn(Requests.Interaction(Gone.Value, $"{Canary}-odd-{run}-{turn}", $"{Canary}-type", $"{Canary}-channel"), default);
            key = answer.ShouldBeOfType<TurnAnswer.Answered>().Reply.Key;
        }

        for (var turn = 0; turn < 3 && run == "first"; turn++)
        {
            await engine.Turn(Requests.Interaction("other", $"{turn}"), default);
        }

        return key;
    }

    /// <summary>Files with the canary in them.</summary>
    private static List<string> Search(string folder)
    {
        var canary = Encoding.UTF8.GetBytes(Canary);
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Bytes(file).AsSpan().IndexOf(canary) >= 0)];
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from).Where(file => Path.GetFileName(file) is not "lock" and not "holder"))
        {
            File.WriteAllBytes(Path.Combine(to, Path.GetFileName(file)), Bytes(file));
        }
    }

    private static byte[] Bytes(string file)
    {
        if (Path.GetFileName(file) == "lock")
        {
            return [];
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
