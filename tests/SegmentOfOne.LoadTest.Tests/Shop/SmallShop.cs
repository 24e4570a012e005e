namespace SegmentOfOne.LoadTest.Tests.Shop;

/// <summary>
/// A shop made by hand: two customers, a guest, an invoice over two minutes with another's line in between, a free line, a
/// price of three decimals, a return of two lines.
/// </summary>
internal static class SmallShop
{
    public const string Lines = """
        invoice,at,customer,stock_code,quantity,unit_price,country,description
        100,2011-01-01T10:00Z,7,LAMP,2,2.55,UK,lamp
        100,2011-01-01T10:00Z,7,MUG,1,0.105,UK,mug
        101,2011-01-01T10:00Z,8,MUG,3,1.10,UK,mug
        102,2011-01-01T10:00Z,,MUG,1,1.25,UK,mug
        100,2011-01-01T10:01Z,7,CARD,1,0,UK,free card
        102,2011-01-01T10:01Z,,LAMP,1,4.95,UK,lamp
        C103,2011-01-05T09:00Z,7,LAMP,-1,2.55,UK,lamp
        C103,2011-01-05T09:00Z,7,MUG,-1,0.105,UK,mug
        """;
}
