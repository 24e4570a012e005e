namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary>The documents that lie in this assembly.</summary>
public static class ScenarioDocuments
{
    /// <summary>The JSON schema of scenarios.</summary>
    public static string Schema { get; } = Read("scenario.schema.json");

    /// <summary>A scenario to begin with.</summary>
    public static string Default { get; } = Read("default.scenario.json");

    private static string Read(string name)
    {
        using var resource = new StreamReader(typeof(ScenarioDocuments).Assembly.GetManifestResourceStream(name)!);
        return resource.ReadToEnd();
    }
}
