using System.CommandLine;
using System.Security.Cryptography;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Vault;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Commands;

/// <summary><c>vault rotate</c>, <c>erasure public-key</c>, <c>erasure verify</c>: for those who look after keys, and those who must trust that they are gone.</summary>
public static class VaultCommand
{
    /// <summary>Exit code for a certificate that is not what was signed.</summary>
    public const int Altered = 1;

    /// <summary>Where keys are kept, as an option of a program that has these providers.</summary>
    public static Option<StoreAddress?> Option(params IReadOnlyList<DatabaseProvider> providers) => new("--vault")
    {
        Description = $"Where the keys are under which customers are stored: a folder or a database, not backed up with the data; '{GatewayOptions.NoVault}': nothing is encrypted. "
            + "Unless said, DIR.vault beside the data folder DIR, or the schema segmentofone_vault of the data's database.",
        HelpName = "DIR|DATABASE",
        CustomParser = result => StoreCommand.Parse(result, providers),
    };

    public static Option<string?> MasterKeyOption() => new("--master-key")
    {
        Description = $"The key that wraps those in the vault: {MasterKeyText.Expected}; also by {MasterKeyFile.Variable}. Unless given, one that is made at the first start and kept in the vault.",
        HelpName = "FILE",
    };

    public static Command CreateVault(params IReadOnlyList<DatabaseProvider> providers)
    {
        var (place, vault, masterKey) = (Place(providers), Option(providers), MasterKeyOption());
        var next = new Option<string?>("--new-master-key") { Description = "The file with the next master key. Unless given, one is drawn and kept in the vault.", HelpName = "FILE" };
        var rotate = new Command("rotate", "Wraps every key of the vault under another master key. The data isn't touched; no program may be using the vault.") { place, vault, masterKey, next };
        rotate.SetAction(parsed => WithVault(
            parsed.GetRequiredValue(place), parsed.GetValue(vault), parsed.GetValue(masterKey), Console.Error, keys =>
            {
                var count = keys.Rotate(MasterKeyFile.Read(parsed.GetValue(next), fromEnvironment: false)?.ToArray());
                Console.Out.WriteLine($"{count} keys are wrapped under the next master key.");
                return 0;
            }));
        return new Command("vault", "Looks after the keys under which customers are stored.") { rotate };
    }

    public static Command CreateErasure(params IReadOnlyList<DatabaseProvider> providers)
    {
        var (place, vault, masterKey) = (Place(providers), Option(providers), MasterKeyOption());
        var print = new Command("public-key", "Prints what certificates of erasures are verified with.") { place, vault, masterKey };
        print.SetAction(parsed => WithVault(
            parsed.GetRequiredValue(place), parsed.GetValue(vault), parsed.GetValue(masterKey), Console.Error, keys =>
            {
                Console.Out.WriteLine(keys.ErasureKey);
                return 0;
            }));

        var file = new Argument<string>("FILE") { Description = "The certificate." };
        var publicKey = new Option<string>("--public-key") { Description = "The file with the public key.", HelpName = "FILE", Required = true };
        var verify = new Command("verify", "Says whether a certificate is what was signed.") { file, publicKey };
        verify.SetAction(parsed => Verify(parsed.GetRequiredValue(file), parsed.GetRequiredValue(publicKey), Console.Out, Console.Error));
        return new Command("erasure", "Verifies that customers were erased.") { print, verify };
    }

    private static Option<StoreAddress> Place(IReadOnlyList<DatabaseProvider> providers) => StoreCommand.Option(providers);

    private static int WithVault(StoreAddress store, StoreAddress? vault, string? masterKey, TextWriter error, Func<OpenVault, int> use)
    {
        try
        {
            var (data, place) = (store.OpenDatabase(), vault?.OpenDatabase());
            using var first = data?.Source;
            using var second = place?.Source;
            var options = new VaultOptions { Folder = vault?.FolderPath, Database = place, MasterKey = MasterKeyFile.Read(masterKey) };
            using var keys = OpenVault.Open(options, store.FolderPath, data, TimeProvider.System);
            return use(keys);
        }
        catch (Exception problem) when (problem is GatewayStartException or DataFolderException or SharedDatabaseException)
        {
            error.WriteLine(problem.Message);
            return GatewayProgram.CannotStart;
        }
    }

    private static int Verify(string file, string publicKey, TextWriter output, TextWriter error)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(publicKey));
            if (ErasureCertificate.Verify(File.ReadAllBytes(file), key) is { } certificate)
            {
                output.WriteLine($"OK: {certificate.Id}, subject {certificate.Subject}, erased at {certificate.FinishedAt}");
                return 0;
            }

            output.WriteLine("This is not what was signed.");
            return Altered;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            error.WriteLine(problem.Message);
            return CommandLine.WrongUsage;
        }
    }
}
