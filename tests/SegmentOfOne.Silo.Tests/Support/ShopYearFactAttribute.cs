using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Silo.Tests.Support;

/// <summary>A test of the shop's whole year on PostgreSQL; where one of the two is missing, it says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShopYearFactAttribute : FactAttribute
{
    public ShopYearFactAttribute() => Skip = PostgreSqlServer.Missing
        ?? (File.Exists(Built.ShopLines) ? null : "needs UCI Online Retail as ../shared/data/online-retail/lines.csv.gz beside the repository");
}
