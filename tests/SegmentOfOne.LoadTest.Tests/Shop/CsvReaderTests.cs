using SegmentOfOne.LoadTest.Shop;

namespace SegmentOfOne.LoadTest.Tests.Shop;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b,c\n", "a|b|c")]
    [InlineData("a,,c", "a||c")]
    [InlineData(",\n", "|")]
    [InlineData("\"a,b\",c\r\n", "a,b|c")]
    [InlineData("\"say \"\"yes\"\"\",c", "say \"yes\"|c")]
    [InlineData("\"two\nlines\",c", "two\nlines|c")]
    [InlineData("7\" single,c", "7\" single|c")]
    [InlineData("\"\",c", "|c")]
    public void A_record_is_split_at_commas_outside_quotes(string text, string fields) =>
        Records(text).ShouldBe([fields]);

    [Fact]
    public void Records_end_at_line_ends_and_know_their_line()
    {
        var csv = new CsvReader(new StringReader("a,\"x\ny\"\r\nb,2\n\nc,3"));
        List<string> fields = [];
        List<(int, string)> read = [];
        while (csv.Read(fields))
        {
            read.Add((csv.Line, string.Join('|', fields)));
        }
        read.ShouldBe([(1, "a|x\ny"), (3, "b|2"), (4, ""), (5, "c|3")]);
    }

    [Theory]
    [InlineData("a\n\"open", "line 2: a quote is opened and never closed")]
    [InlineData("\"closed\"x,b", "line 1: text follows a closing quote")]
    public void Broken_quotes_name_their_line(string text, string message) =>
        Should.Throw<InvalidDataException>(() => Records(text)).Message.ShouldBe(message);

    private static List<string> Records(string text)
    {
        var csv = new CsvReader(new StringReader(text));
        List<string> fields = [];
        List<string> records = [];
        while (csv.Read(fields))
        {
            records.Add(string.Join('|', fields));
        }
        return records;
    }
}
