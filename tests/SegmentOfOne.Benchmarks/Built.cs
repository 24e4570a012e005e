using System.Reflection;

namespace SegmentOfOne.Benchmarks;

/// <summary>Where things stood when this was built.</summary>
public static class Built
{
    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = Path.GetFullPath(Told("Repository"));

    /// <summary>The gateway's program, of the same configuration.</summary>
    public static string Gateway { get; } = Path.GetFullPath(Told("Gateway"));

    /// <summary>The program of a silo; it is there when the solution's configuration Cluster was built.</summary>
    public static string Silo { get; } = Path.GetFullPath(Told("Silo"));

    /// <summary>The program that has the peer of a silo's customers, as <see cref="Silo"/>.</summary>
    public static string SiloTestHost { get; } = Path.GetFullPath(Told("SiloTestHost"));

    private static string Told(string key) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
