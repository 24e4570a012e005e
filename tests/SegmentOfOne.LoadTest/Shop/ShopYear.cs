using System.Globalization;
using System.Runtime.InteropServices;

namespace SegmentOfOne.LoadTest.Shop;

/// <summary>The shop's lines as turns, in order of time, with what they add up to.</summary>
public sealed class ShopYear
{
    private ShopYear(List<ShopTurn> turns, List<string> customers, ShopSums sums, int guestLines, int guestInvoices, int lines, int abandoned)
    {
        (Turns, Customers, Sums, GuestLines, GuestInvoices, Lines, Abandoned) = (turns, customers, sums, guestLines, guestInvoices, lines, abandoned);
    }

    /// <summary>Every turn to send: each line of an order, then, after the last line of an invoice, the invoice.</summary>
    public IReadOnlyList<ShopTurn> Turns { get; }

    /// <summary>The customers of these turns, in the order of their first.</summary>
    public IReadOnlyList<string> Customers { get; }

    /// <summary>What the turns add up to.</summary>
    public ShopSums Sums { get; }

    /// <summary>Lines without a customer: skipped.</summary>
    public int GuestLines { get; }

    /// <summary>Invoices without a customer: skipped.</summary>
    public int GuestInvoices { get; }

    /// <summary>All lines of the file.</summary>
    public int Lines { get; }

    /// <summary>Orders that were left out, though their lines are sent.</summary>
    public int Abandoned { get; }

    /// <summary>Plans the turns of the lines; at most <paramref name="limit"/> of them, the earliest.</summary>
    /// <param name="abandon">Orders whose number it divides are left out; 0: none is.</param>
    public static ShopYear Of(IEnumerable<ShopLine> lines, int limit = int.MaxValue, int abandon = 0)
    {
        // A stable sort: lines of the same minute stay in the order of the file.
        List<ShopLine> ordered = [.. lines.OrderBy(line => line.At)];
        Dictionary<(string? Customer, string Invoice), Invoice> invoices = [];
        foreach (var line in ordered)
        {
            ref var invoice = ref CollectionsMarshal.GetValueRefOrAddDefault(invoices, (line.Customer, line.Invoice), out _);
            invoice.Lines++;
            invoice.Worth += line.Worth;
        }

        List<ShopTurn> turns = [];
        var abandoned = 0;
        foreach (var line in ordered)
        {
            if (line.Customer is null)
            {
                continue;
            }
            ref var invoice = ref CollectionsMarshal.GetValueRefOrNullRef(invoices, (line.Customer, line.Invoice));
            invoice.Sent++;
            if (!line.IsReturn)
            {
                turns.Add(new ShopTurn(ShopTurnKind.ProductAdded, line, invoice.Sent, line.Worth));
            }
            if (invoice.Sent == invoice.Lines && IsAbandoned(line, abandon))
            {
                abandoned += turns.Count < limit ? 1 : 0;
            }
            else if (invoice.Sent == invoice.Lines)
            {
                turns.Add(new ShopTurn(
                    line.IsReturn ? ShopTurnKind.OrderRefunded : ShopTurnKind.OrderCompleted, line, invoice.Sent, invoice.Worth));
            }
        }
        if (turns.Count > limit)
        {
            turns.RemoveRange(limit, turns.Count - limit);
        }

        List<string> customers = [.. turns.Select(turn => turn.Customer).Distinct(StringComparer.Ordinal)];
        return new ShopYear(turns, customers, ShopSums.Of(turns, customers.Count),
            ordered.Count(line => line.Customer is null), invoices.Keys.Count(key => key.Customer is null), ordered.Count, abandoned);
    }

    /// <summary>Whether the basket of a line is filled and not ordered.</summary>
    public static bool IsAbandoned(ShopLine line, int abandon) =>
        abandon > 0 && !line.IsReturn && long.TryParse(line.Invoice, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number % abandon == 0;

    private struct Invoice
    {
        public int Lines;
        public int Sent;
        public decimal Worth;
    }
}
