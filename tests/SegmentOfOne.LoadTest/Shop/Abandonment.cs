using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Shop;

/// <summary>Baskets that are filled and not ordered: a file of orders has none, so a stated part of the orders is left out.</summary>
internal static class Abandonment
{
    public static readonly Option<int> Option = new("--abandon")
    {
        Description = "Leave out the order, though not the basket, of every invoice whose number N divides; 0: of none.",
        HelpName = "N",
    };

    public static void Write(IAnsiConsole console, ShopYear year, int abandon)
    {
        if (abandon > 0)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"abandoned: {year.Abandoned:N0} of {year.Sums.Orders + year.Abandoned:N0} baskets, those whose number {abandon} divides"));
        }
    }
}
