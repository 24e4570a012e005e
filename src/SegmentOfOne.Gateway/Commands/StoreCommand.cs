using System.CommandLine;
using System.CommandLine.Parsing;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Commands;

/// <summary><c>store migrate</c>: for those who keep customers on a database.</summary>
public static class StoreCommand
{
    /// <summary>Where customers are kept, as an option of a program that has these providers.</summary>
    public static Option<StoreAddress> Option(params IReadOnlyList<DatabaseProvider> providers) => new("--store", "--data")
    {
        Description = $"Where customers are kept: a folder, made when it is not there; or a database, Invariant={providers[0].Invariant};CONNECTION STRING.",
        HelpName = "DIR|DATABASE",
        DefaultValueFactory = _ => new GatewayOptions().Store,
        CustomParser = result => Parse(result, providers),
    };

    public static Command Create(Option<StoreAddress> store)
    {
        var migrate = new Command("migrate", "Brings the schema of a database to what this program knows; a start does the same.") { store };
        migrate.SetAction((parsed, ct) => Migrate(parsed.GetRequiredValue(store), Console.Out, Console.Error, ct));
        return new Command("store", "Looks after a database that customers are kept on.") { migrate };
    }

    /// <summary>Reads an option that says where something is kept.</summary>
    public static StoreAddress Parse(ArgumentResult result, IReadOnlyList<DatabaseProvider> providers)
    {
        if (!StoreAddress.TryParse(result.Tokens[0].Value, providers, out var address, out var problem))
        {
            result.AddError($"{((OptionResult)result.Parent!).Option.Name}: {problem}");
        }

        return address;
    }

    private static async Task<int> Migrate(StoreAddress store, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (store.OpenDatabase() is not { } database)
        {
            await error.WriteLineAsync("A folder needs no migration: it is brought up to date when it is opened.").ConfigureAwait(false);
            return CommandLine.WrongUsage;
        }

        await using (database.Source.ConfigureAwait(false))
        {
            try
            {
                var scripts = await database.Migrate(ct).ConfigureAwait(false);
                await output.WriteLineAsync(scripts == 0 ? $"{store} is up to date." : $"{store}: {scripts} script(s) applied.").ConfigureAwait(false);
                return 0;
            }
            catch (SharedDatabaseException problem)
            {
                await error.WriteLineAsync(problem.Message).ConfigureAwait(false);
                return GatewayProgram.CannotStart;
            }
        }
    }
}
