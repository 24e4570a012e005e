using System.CommandLine;
using SegmentOfOne.LoadTest.Calls;

namespace SegmentOfOne.LoadTest;

/// <summary>The option that every command has.</summary>
internal static class Against
{
    /// <summary>The address of the service; by default that of a program started without options.</summary>
    public static Option<Uri> Create() => new("--against")
    {
        Description = "Where the service answers gRPC.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => ExperienceClient.DefaultAddress,
        CustomParser = given =>
        {
            if (Uri.TryCreate(given.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                return address;
            }
            given.AddError($"--against: '{given.Tokens[0].Value}' is no address such as {ExperienceClient.DefaultAddress}");
            return ExperienceClient.DefaultAddress;
        },
    };
}
