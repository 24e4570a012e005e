using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Shop;

/// <summary>What a line or an invoice of the shop becomes.</summary>
public enum ShopTurnKind
{
    /// <summary>One line of an order.</summary>
    ProductAdded,

    /// <summary>A whole order.</summary>
    OrderCompleted,

    /// <summary>A whole return.</summary>
    OrderRefunded,
}

/// <summary>One interaction of the shop's year.</summary>
/// <param name="Line">The line, or the invoice's last: its time is the invoice's.</param>
/// <param name="LineOfInvoice">Which line of its invoice, from 1.</param>
/// <param name="Worth">The exact worth of the line or the invoice; negative for a return.</param>
public sealed record ShopTurn(ShopTurnKind Kind, ShopLine Line, int LineOfInvoice, decimal Worth)
{
    /// <summary>The customer's number; turns exist only for known customers.</summary>
    public string Customer => Line.Customer!;

    /// <summary>The same for the same line of the same file, so that a second replay is not one new turn.</summary>
    public string InteractionId => Kind == ShopTurnKind.ProductAdded
        ? string.Create(CultureInfo.InvariantCulture, $"{Line.Invoice}/{LineOfInvoice}")
        : Line.Invoice;

    /// <summary>How the shop's customers are named to the service.</summary>
    public static Identifier IdentifierOf(string customer) => new() { Kind = "user_id", Value = customer };

    /// <summary>The interaction as the service takes it. Money of an invoice is decimal text, so that sums stay exact.</summary>
    /// <param name="decide">Whether to ask what to show where the customer is: in the cart, after the order, in the account after a return.</param>
    public InteractRequest ToRequest(bool decide = false)
    {
        var request = new InteractRequest()
        {
            Customer = IdentifierOf(Customer),
            InteractionId = InteractionId,
            Type = Kind switch
            {
                ShopTurnKind.ProductAdded => "product_added",
                ShopTurnKind.OrderCompleted => "order_completed",
                ShopTurnKind.OrderRefunded => "order_refunded",
                _ => throw new System.Diagnostics.UnreachableException($"shop turn {Kind}"),
            },
            Channel = "web",
            OccurredAt = Timestamp.FromDateTimeOffset(Line.At),
            Properties = { ["order_id"] = Value.ForString(Line.Invoice) },
        };
        if (Kind == ShopTurnKind.ProductAdded)
        {
            request.Properties["product_id"] = Value.ForString(Line.StockCode);
            request.Properties["quantity"] = Value.ForNumber(Line.Quantity);
            request.Properties["unit_price"] = Value.ForNumber((double)Line.UnitPrice);
        }
        else
        {
            request.Properties["total"] = Value.ForString(Math.Abs(Worth).ToString(CultureInfo.InvariantCulture));
        }
        if (decide)
        {
            request.Placements.Add(Kind switch
            {
                ShopTurnKind.ProductAdded => "cart",
                ShopTurnKind.OrderCompleted => "order_confirmation",
                ShopTurnKind.OrderRefunded => "account",
                _ => throw new System.Diagnostics.UnreachableException($"shop turn {Kind}"),
            });
        }
        return request;
    }
}
