namespace SegmentOfOne.LoadTest.Tests;

/// <summary>A test of the shop's year with a clock that is moved to each of its 20,460 times: minutes that a gate has no room for, so it runs
/// where it is asked for, and says so elsewhere.</summary>
public sealed class ShopClockFactAttribute : FactAttribute
{
    private const string Asked = "SEGMENTOFONE_YEAR";

    /// <summary>Whether such tests run.</summary>
    public static readonly bool Runs = Environment.GetEnvironmentVariable(Asked) == "1" && File.Exists(ShopDataFactAttribute.File);

    public ShopClockFactAttribute() => Skip = Runs ? null
        : new ShopDataFactAttribute().Skip ?? $"moves a clock through a whole year, which takes minutes: set {Asked}=1";
}
