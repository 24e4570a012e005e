using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Silo.Tests.Support;

/// <summary>A test of the shop's whole year on PostgreSQL, twice: minutes that a gate has no room for, so it runs where it is asked for.
/// Otherwise, and where one of the two is missing, it says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShopYearFactAttribute : FactAttribute
{
    private const string Asked = "SEGMENTOFONE_YEAR";

    public ShopYearFactAttribute() => Skip = PostgreSqlServer.Missing
        ?? (!File.Exists(Built.ShopLines) ? "needs UCI Online Retail as ../shared/data/online-retail/lines.csv.gz beside the repository"
            : Environment.GetEnvironmentVariable(Asked) != "1" ? $"sends a whole year twice, which takes minutes: set {Asked}=1" : null);
}
