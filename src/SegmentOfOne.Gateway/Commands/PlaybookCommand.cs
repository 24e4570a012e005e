using System.CommandLine;
using System.Text;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Commands;

/// <summary><c>playbook check FILE</c>, <c>playbook schema</c>, <c>playbook default</c>: for those who write playbooks.</summary>
public static class PlaybookCommand
{
    /// <summary>Exit code of a check that found mistakes.</summary>
    public const int Mistaken = 1;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The playbook." };
        var check = new Command("check", "Says every mistake of a playbook, each with its path.") { file };
        check.SetAction(parsed => Check(parsed.GetRequiredValue(file), Console.Out, Console.Error));

        var schema = new Command("schema", "Prints the JSON schema of playbooks.");
        schema.SetAction(_ => Print(Playbook.Schema));

        var standard = new Command("default", "Prints the built-in playbook.");
        standard.SetAction(_ => Print(Playbook.DefaultSource));

        return new Command("playbook", "Checks playbooks and prints the built-in documents.") { check, schema, standard };
    }

    private static int Check(string path, TextWriter output, TextWriter error)
    {
        try
        {
            var errors = Playbook.Parse(PlaybookFile.Read(path), version: 1).Errors;
            if (errors.IsEmpty)
            {
                output.WriteLine("OK");
                return 0;
            }

            foreach (var mistake in errors)
            {
                output.WriteLine(mistake);
            }

            return Mistaken;
        }
        catch (GatewayStartException unreadable)
        {
            error.WriteLine(unreadable.Message);
            return Mistaken;
        }
    }

    private static void Print(ReadOnlyMemory<byte> utf8) => Console.Out.WriteLine(Encoding.UTF8.GetString(utf8.Span));
}
