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

    /// <summary>The option for the key that calls are made by; null: by none.</summary>
    public static Option<string?> CreateKey() => new("--key-file")
    {
        Description = "A file with the key to call by; none while the service has no keys.",
        HelpName = "FILE",
        CustomParser = given =>
        {
            var file = given.Tokens[0].Value;
            if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } key && !key.Contains('\n', StringComparison.Ordinal))
            {
                return key;
            }

            given.AddError($"--key-file: '{file}' is no file with a key and nothing else.");
            return null;
        },
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
