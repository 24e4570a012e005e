using System.Reflection;

namespace SegmentOfOne.Benchmarks;

/// <summary>Where things stood when this was built.</summary>
public static class Built
{
    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = Path.GetFullPath(Told("Repository"));

    /// <summary>The gateway's program, of the same configuration.</summary>
    public static string Gateway { get; } = Path.GetFullPath(Told("Gateway"));

    private static string Told(string key) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
