namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>What kinds of shoppers there are, as shares in [0, 1].</summary>
/// <param name="Stores">Who mostly visits a store.</param>
/// <param name="App">Who uses the app when online; the others use the web.</param>
public sealed record ShopperMix(double Stores, double App)
{
    /// <summary>One in five mostly visits stores, two in five use the app.</summary>
    public static readonly ShopperMix Usual = new(0.2, 0.4);
}
