using System.IO.Compression;
using System.Text;
using SegmentOfOne.LoadTest.Shop;

namespace SegmentOfOne.LoadTest.Tests.Shop;

public sealed class ShopFileTests
{
    private const string Header = "invoice,at,customer,stock_code,quantity,unit_price,country,description\n";

    [Fact]
    public void A_line_has_its_exact_price_and_its_time_in_utc()
    {
        var line = ShopFile.Read(new StringReader(Header + "536381,2010-12-01T09:41Z,15311,82567,3,2.105,United Kingdom,\"LOUNGE,METAL\"\n")).Single();
        line.ShouldBe(new ShopLine("536381", new DateTimeOffset(2010, 12, 1, 9, 41, 0, TimeSpan.Zero), "15311", "82567", 3, 2.105m, "United Kingdom"));
        line.Worth.ShouldBe(6.315m);
    }

    [Fact]
    public void A_guest_has_no_customer_and_a_C_is_a_return()
    {
        ShopLine[] lines = [.. ShopFile.Read(new StringReader(Header + "A1,2010-12-01T09:41Z,,B,1,11062.06,UK,bad debt\nC2,2010-12-01T09:42Z,7,X,-1,0.5,UK,\n"))];
        lines[0].Customer.ShouldBeNull();
        lines[0].IsReturn.ShouldBeFalse();
        lines[1].Customer.ShouldBe("7");
        lines[1].IsReturn.ShouldBeTrue();
    }

    [Fact]
    public void Plain_and_gzip_files_read_the_same()
    {
        var text = Encoding.UTF8.GetBytes(Header + "1,2010-12-01T09:41Z,7,X,1,0.5,UK,Ångström\n");
        using var folder = new ScratchFolder();
        string plain = folder["lines.csv"], packed = folder["lines.csv.gz"];
        File.WriteAllBytes(plain, text);
        using (GZipStream gzip = new(File.Create(packed), CompressionLevel.Fastest))
        {
            gzip.Write(text);
        }
        ShopFile.Read(packed).ShouldBe(ShopFile.Read(plain));
        ShopFile.Read(packed).Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("a,b\n", "line 1: the header is not")]
    [InlineData("", "line 1: the header is not")]
    [InlineData(Header + "1,2010-12-01T09:41Z,7,X,1,0.5,UK\n", "line 2: 7 fields instead of 8")]
    [InlineData(Header + "1,yesterday,7,X,1,0.5,UK,d\n", "line 2: at 'yesterday' is not a time")]
    [InlineData(Header + "1,2010-12-01T09:41Z,7,X,1.5,0.5,UK,d\n", "line 2: quantity '1.5' is not a whole number")]
    [InlineData(Header + "1,2010-12-01T09:41Z,7,X,1,free,UK,d\n", "line 2: unit_price 'free' is not a decimal")]
    public void What_is_not_such_a_file_is_refused_with_its_line(string text, string message) =>
        Should.Throw<InvalidDataException>(() => ShopFile.Read(new StringReader(text)).ToList()).Message.ShouldStartWith(message);
}
