using System.Globalization;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Shop;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Replay;

/// <summary>Asks the service itself what a shop's customers add up to.</summary>
public static class ServiceSums
{
    private const int CallsAtOnce = 64;

    /// <summary>Calls GetCustomer for each customer and adds their interactions and their exact money in decimal. What was decided without one,
    /// and what time brought about, counts in no sum.</summary>
    public static async Task<ShopSums> Ask(IReadOnlyList<string> customers, ExperienceClient client, CancellationToken ct)
    {
        CustomerState?[] states = new CustomerState?[customers.Count];
        var options = new ParallelOptions() { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = ct };
        await Parallel.ForAsync(0, customers.Count, options, async (i, stop) =>
            states[i] = await client.GetCustomer(new GetCustomerRequest { Customer = ShopTurn.IdentifierOf(customers[i]) }, stop));

        var sums = new ShopSums(0, 0, 0, 0, 0, 0);
        foreach (var state in states.OfType<CustomerState>())
        {
            sums = new ShopSums(
                sums.Turns + (long)state.Interactions,
                sums.Customers + 1,
                sums.Orders + (long)state.Money.Orders,
                sums.OrderWorth + Exact(state.Money.Revenue),
                sums.Returns + (long)state.Money.Returns,
                sums.ReturnWorth + Exact(state.Money.Returned));
        }
        return sums;
    }

    /// <summary>Decimal text of the service as the number it spells.</summary>
    public static decimal Exact(string text) => decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}
