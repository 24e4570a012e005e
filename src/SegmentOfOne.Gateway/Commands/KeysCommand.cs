using System.CommandLine;
using System.Data.Common;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Commands;

/// <summary>
/// <c>keys add</c>, <c>keys list</c>, <c>keys revoke ID</c>: for whoever may write the store, whether a program serves it at the time or not;
/// one that does knows a second later.
/// </summary>
public static class KeysCommand
{
    /// <summary>Exit code when there is no such key.</summary>
    public const int NotFound = 1;

    private static readonly Option<string> Name = new("--name") { Description = "Whose key it is: this stands in the trails.", HelpName = "NAME", Required = true };
    private static readonly Option<string> KeyRole = new("--role") { Description = "What it is for.", HelpName = "channel|reader|marketer|approver|admin", Required = true };
    private static readonly Option<string> Expires = new("--expires") { Description = "After how long it ends; it doesn't when absent.", HelpName = "90d|12h", DefaultValueFactory = _ => "" };

    private static readonly Option<string> Limit = new("--limit")
    {
        Description = "Calls a second / at once, or none; 5000/10000 for channels and 100/500 for persons when absent, none for admins.",
        HelpName = $"{RateLimit.Example}|{RateLimit.None}",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<string> In = new("--workspace")
    {
        Description = "The workspace that it is for.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Workspace.Default,
    };

    private static readonly Argument<string> Id = new("ID") { Description = "The id of the key, as the list has it." };

    /// <param name="store">Where customers are kept; the command takes the option too.</param>
    public static Command Create(Option<StoreAddress> store)
    {
        var add = new Command("add", "Makes a key and prints it, this once. From the first on, nothing is done without one.") { KeyRole, Name, In, Expires, Limit, store };
        add.SetAction((parsed, ct) => Run(parsed, store, (access, log) => Add(parsed, access, log), ct));
        var list = new Command("list", "Every key, without its secret.") { In, store };
        list.SetAction((parsed, ct) => Run(parsed, store, (access, _) => List(access), ct));
        var revoke = new Command("revoke", "Ends a key.") { Id, In, store };
        revoke.SetAction((parsed, ct) => Run(parsed, store, (access, log) => Revoke(parsed.GetRequiredValue(Id), access, log), ct));
        return new Command("keys", "Looks after the keys of callers.") { add, list, revoke };
    }

    private static async Task<int> Run(ParseResult parsed, Option<StoreAddress> store, Func<IAccessStore, AccessLog, Task<int>> run, CancellationToken ct)
    {
        var workspace = parsed.GetRequiredValue(In);
        if (!Workspace.CanBeNamed(workspace))
        {
            return await Wrong($"--workspace: '{workspace}' can't be a workspace's name.").ConfigureAwait(false);
        }

        var address = parsed.GetRequiredValue(store).Of(workspace);
        var database = address.OpenDatabase();
        try
        {
            if (database is not null)
            {
                await database.Migrate(ct).ConfigureAwait(false);
            }

            using var access = new GatewayOptions { Store = address }.OpenAccess(database);
            await using var log = new AccessLog(access, TimeProvider.System, TimeSpan.MaxValue);
            return await run(access, log).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is GatewayStartException or SharedDatabaseException or DbException or CustomersUnavailableException)
        {
            await Console.Error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return GatewayProgram.CannotStart;
        }
        finally
        {
            database?.Source.Dispose();
        }
    }

    private static async Task<int> Add(ParseResult parsed, IAccessStore access, AccessLog log)
    {
        var wishes = KeyWishes.Read(
            parsed.GetRequiredValue(Name), parsed.GetRequiredValue(KeyRole), parsed.GetRequiredValue(Expires), parsed.GetRequiredValue(Limit), out var problem);
        if (wishes is null)
        {
            return await Wrong(problem).ConfigureAwait(false);
        }

        var now = Instant.From(TimeProvider.System.GetUtcNow());
        var (text, key) = KeySecret.Make(wishes.Name, wishes.Role, now, "", wishes.Lasts is { } lasts ? now + lasts : null, wishes.Limit);
        access.Add(key);
        await log.Append(Facts("addKey", key.Id)).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(text).ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> List(IAccessStore access)
    {
        foreach (var key in access.Keys())
        {
            var end = key.RevokedAt is { } revoked ? $"revoked {revoked}" : key.ExpiresAt is { } expires ? $"until {expires}" : "";
            var line = $"{key.Id}  {Wire.Name(key.Role),-8}  {key.Name}  made {key.CreatedAt}  used {key.UsedAt?.ToString() ?? "never"}  {key.Limit?.ToString() ?? "no limit"}  {end}";
            await Console.Out.WriteLineAsync(line.TrimEnd()).ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task<int> Revoke(string id, IAccessStore access, AccessLog log)
    {
        if (!access.Revoke(id, Instant.From(TimeProvider.System.GetUtcNow())))
        {
            await Console.Error.WriteLineAsync("There is no such key, or it was revoked before.").ConfigureAwait(false);
            return NotFound;
        }

        await log.Append(Facts("revokeKey", id)).ConfigureAwait(false);
        return 0;
    }

    /// <summary>Of somebody at the machine, who has no key.</summary>
    private static AccessFacts Facts(string operation, string key) => new("", "", Role.Admin, operation, $"key:{key}", AccessFacts.Ok);

    private static async Task<int> Wrong(string problem)
    {
        await Console.Error.WriteLineAsync(problem).ConfigureAwait(false);
        return CommandLine.WrongUsage;
    }
}
