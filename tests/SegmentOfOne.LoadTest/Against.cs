using System.CommandLine;
using System.CommandLine.Parsing;
using SegmentOfOne.LoadTest.Calls;

namespace SegmentOfOne.LoadTest;

/// <summary>Options that say where the service answers.</summary>
internal static class Against
{
    /// <summary>The option that every command has: the address of the service; by default that of a program started without options.</summary>
    public static Option<Uri> Create() => new("--against")
    {
        Description = "Where the service answers gRPC.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => ExperienceClient.DefaultAddress,
        CustomParser = given => Address("--against", given) ?? ExperienceClient.DefaultAddress,
    };

    /// <summary>Null when it is not given.</summary>
    public static Option<Uri?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ADDRESS",
        CustomParser = given => Address(name, given),
    };

    private static Uri? Address(string name, ArgumentResult given)
    {
        if (Uri.TryCreate(given.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }
        given.AddError($"{name}: '{given.Tokens[0].Value}' is no address such as {ExperienceClient.DefaultAddress}");
        return null;
    }
}
