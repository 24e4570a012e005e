using System.Reflection;

namespace SegmentOfOne.Silo.Tests.Support;

/// <summary>Where things lie, as the build wrote it down.</summary>
internal static class Built
{
    /// <summary>The load testers' program.</summary>
    public static string LoadTest { get; } = Place("LoadTest");

    /// <summary>The shop's year, whose data stands beside the repository and is no part of it.</summary>
    public static string ShopLines { get; } = Path.Combine(Place("Repository"), "..", "shared", "data", "online-retail", "lines.csv.gz");

    private static string Place(string name) => Path.GetFullPath(
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(place => place.Key == name).Value!);
}
