using SegmentOfOne.Benchmarks;

namespace SegmentOfOne.LoadTest.Tests;

/// <summary>A test of the shop's whole year, whose data stands beside the repository and is no part of it; where it is not, the test says so.</summary>
public sealed class ShopDataFactAttribute : FactAttribute
{
    /// <summary>Where the data is looked for.</summary>
    public static readonly string File = Path.GetFullPath(Path.Combine(Built.Repository, "..", "shared", "data", "online-retail", "lines.csv.gz"));

    public ShopDataFactAttribute() => Skip = System.IO.File.Exists(File) ? null : "needs UCI Online Retail as ../shared/data/online-retail/lines.csv.gz beside the repository";
}
