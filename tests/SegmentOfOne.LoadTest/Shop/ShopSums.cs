namespace SegmentOfOne.LoadTest.Shop;

/// <summary>What a set of turns that were asked for adds up to; worth is exact, that of returns negative.</summary>
public sealed record ShopSums(long Turns, long Customers, long Orders, decimal OrderWorth, long Returns, decimal ReturnWorth)
{
    /// <summary>
    /// The truths of UCI Online Retail (Chen 2015), 541,909 lines from 2010-12-01 to 2011-12-09, as published beside the data.
    /// </summary>
    public static ShopSums OnlineRetail { get; } = new(397_924 + 18_536 + 3_654, 4_372, 18_536, 8_911_407.904m, 3_654, -611_342.09m);

    /// <summary>All lines of UCI Online Retail, guests' included: how its file is recognised.</summary>
    public const int OnlineRetailLines = 541_909;

    /// <summary>Adds up turns that are about to be sent.</summary>
    public static ShopSums Of(IEnumerable<ShopTurn> turns, int customers)
    {
        var sums = new ShopSums(0, customers, 0, 0, 0, 0);
        foreach (var turn in turns)
        {
            sums = turn.Kind switch
            {
                ShopTurnKind.ProductAdded => sums with { Turns = sums.Turns + 1 },
                ShopTurnKind.OrderCompleted => sums with { Turns = sums.Turns + 1, Orders = sums.Orders + 1, OrderWorth = sums.OrderWorth + turn.Worth },
                ShopTurnKind.OrderRefunded => sums with { Turns = sums.Turns + 1, Returns = sums.Returns + 1, ReturnWorth = sums.ReturnWorth + turn.Worth },
                _ => throw new System.Diagnostics.UnreachableException($"shop turn {turn.Kind}"),
            };
        }
        return sums;
    }
}
