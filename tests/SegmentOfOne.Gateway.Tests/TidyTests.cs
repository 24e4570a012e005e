using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>Polices the tree: what the design says of houses, names and sizes, and what must not stand in a public repository.</summary>
public sealed partial class TidyTests
{
    private const int LongestFile = 500;

    private static readonly string Root = FindRoot();

    private static readonly string[] Files =
    [
        .. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !IsGenerated().IsMatch(path)),
    ];

    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["SegmentOfOne.Domain"] = [],
        ["SegmentOfOne.Engine"] = ["SegmentOfOne.Domain"],
        ["SegmentOfOne.Grpc"] = [],
        ["SegmentOfOne.Gateway"] = ["SegmentOfOne.Engine", "SegmentOfOne.Grpc"],
        ["SegmentOfOne.Silo"] = ["SegmentOfOne.Gateway"],
    };

    [Fact]
    public void Houses_reference_each_other_one_way()
    {
        foreach (var path in Files.Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal)))
        {
            var house = Path.GetFileNameWithoutExtension(path);
            MayReference.ShouldContainKey(house, $"{path} is a house that the design does not know");
            foreach (var reference in XDocument.Load(Path.Combine(Root, path)).Descendants("ProjectReference"))
            {
                Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')).ShouldBeOneOf(MayReference[house], $"in {path}");
            }
        }
    }

    [Fact]
    public void Only_the_houses_of_the_silo_name_its_framework()
    {
        string[] houses = ["src/SegmentOfOne.Domain/", "src/SegmentOfOne.Engine/", "src/SegmentOfOne.Grpc/", "src/SegmentOfOne.Gateway/"];
        Offences(path => houses.Any(house => path.StartsWith(house, StringComparison.Ordinal)), "Orle" + "ans").ShouldBeEmpty();
    }

    [Fact]
    public void Types_are_named_by_what_they_are()
    {
        string[] empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Base", "Impl", "Dto", "Common"];
        var offences =
            from path in Files
            where path.EndsWith(".cs", StringComparison.Ordinal)
            from Match type in TypeDeclaration().Matches(Read(path))
            from Match word in Word().Matches(type.Groups["name"].Value)
            where empty.Contains(word.Value)
            select $"{path}: {type.Groups["name"].Value}";
        offences.ShouldBeEmpty();
    }

    [Fact]
    public void No_file_of_code_is_too_long_to_be_read()
    {
        var long_ones =
            from path in Files
            where path.EndsWith(".cs", StringComparison.Ordinal)
            let lines = File.ReadLines(Path.Combine(Root, path)).Count()
            where lines > LongestFile
            select $"{path}: {lines} lines";
        long_ones.ShouldBeEmpty();
    }

    [Fact]
    public void Every_path_that_documentation_names_exists()
    {
        var missing =
            from path in Files
            where path.EndsWith(".md", StringComparison.Ordinal)
            from Match named in PathInProse().Matches(Read(path))
            let target = named.Groups["path"].Value.TrimEnd('/', '.')
            where !File.Exists(Path.Combine(Root, target)) && !Directory.Exists(Path.Combine(Root, target))
            select $"{path}: {target}";
        missing.ShouldBeEmpty();
    }

    [Fact]
    public void No_path_of_somebodys_machine_stands_in_the_tree()
    {
        Offences(_ => true, "/" + "work/", "/" + "root/", "/" + "home/").ShouldBeEmpty();
        // A command to paste may need a place for a file; code asks the system for one.
        Offences(path => !path.EndsWith(".md", StringComparison.Ordinal), "/" + "tmp/").ShouldBeEmpty();
    }

    [Fact]
    public void No_registry_is_named()
    {
        string[] settings = [".config", ".props", ".targets", ".csproj", ".sln", ".json", ".npmrc", ".yml", ".yaml", ".Dockerfile", "/run"];
        Offences(
            path => settings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)),
            "nuget" + ".org", "npmjs" + ".org", "npmjs" + ".com", "pypi" + ".org", "registry" + ".").ShouldBeEmpty();
    }

    [Fact]
    public void The_top_level_holds_what_the_design_says_and_nothing_else()
    {
        var top = Files.Select(path => path.Split('/')[0]).Distinct();
        top.Where(name => !IsTopLevel().IsMatch(name)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Read("SegmentOfOne.sln").Replace('\\', '/');
        Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) && !solution.Contains(path, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Offences(Func<string, bool> concerns, params string[] words) =>
        from path in Files
        where concerns(path) && IsText().IsMatch(path)
        let text = Read(path)
        from word in words
        where text.Contains(word, StringComparison.OrdinalIgnoreCase)
        select $"{path}: {word}";

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    [Theory]
    [InlineData("SegmentOfOne.Gateway")]
    [InlineData("SegmentOfOne.Silo")]
    public async Task Dotnet_run_leaves_a_program_in_its_callers_folder(string program)
    {
        var question = new ProcessStartInfo("dotnet", ["msbuild", Path.Combine(Root, "src", program, $"{program}.csproj"), "-getProperty:RunWorkingDirectory"])
        {
            RedirectStandardOutput = true,
        };
        using var asked = Process.Start(question)!;
        (await asked.StandardOutput.ReadToEndAsync()).Trim().ShouldBeEmpty();
        await asked.WaitForExitAsync();
        asked.ExitCode.ShouldBe(0);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SegmentOfOne.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }

    [GeneratedRegex(@"(^|/)(\.git|\.vs|\.idea|bin|obj|data(\.vault)?|artifacts|node_modules|TestResults|__pycache__)(/|$)|\.user$")]
    private static partial Regex IsGenerated();

    [GeneratedRegex(@"\.(cs|csproj|props|targets|proto|json|md|txt|py|js|mjs|cjs|sh|xml|config|sln|yml|yaml|Dockerfile|editorconfig)$|/run$")]
    private static partial Regex IsText();

    [GeneratedRegex(@"^(SegmentOfOne\.sln|src|tests|docs|silo\.Dockerfile|README\.md|LICENSE|NuGet\.config|Directory\.[A-Za-z]+\.(props|targets)|global\.json|\..+)$")]
    private static partial Regex IsTopLevel();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+(class\s+|struct\s+)?(?<name>[A-Z]\w*)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"[A-Z][a-z0-9]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<![\w./-])(?<path>(src|tests|docs|\.ci)/[\w./-]*[\w/])")]
    private static partial Regex PathInProse();
}
