using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace SegmentOfOne.LoadTest.Shop;

/// <summary>One line of an invoice.</summary>
/// <param name="Invoice">The invoice's number; one that begins with C is a return.</param>
/// <param name="At">When, in UTC.</param>
/// <param name="Customer">The customer's number; null: a guest.</param>
/// <param name="Quantity">Pieces; negative on a return.</param>
/// <param name="UnitPrice">Exact price of one piece, in the shop's currency.</param>
public sealed record ShopLine(
    string Invoice, DateTimeOffset At, string? Customer, string StockCode, int Quantity, decimal UnitPrice, string Country)
{
    /// <summary>Whether the line belongs to a return.</summary>
    public bool IsReturn => Invoice.StartsWith('C');

    /// <summary>Quantity times price, exact.</summary>
    public decimal Worth => Quantity * UnitPrice;
}

/// <summary>A shop's order lines as comma-separated text with a header, plain or gzip.</summary>
public static class ShopFile
{
    private const string Header = "invoice,at,customer,stock_code,quantity,unit_price,country,description";

    /// <summary>Reads every line of the file, in its order.</summary>
    /// <exception cref="InvalidDataException">Not such a file; the message names the line.</exception>
    public static IEnumerable<ShopLine> Read(string path)
    {
        using var file = File.OpenRead(path);
        var gzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream content = gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var text = new StreamReader(content, Encoding.UTF8, bufferSize: 1 << 16);
        foreach (var line in Read(text))
        {
            yield return line;
        }
    }

    /// <summary>Reads every line of the text, in its order.</summary>
    /// <exception cref="InvalidDataException">Not such text; the message names the line.</exception>
    public static IEnumerable<ShopLine> Read(TextReader text)
    {
        var csv = new CsvReader(text);
        List<string> fields = [];
        if (!csv.Read(fields) || string.Join(',', fields) != Header)
        {
            throw new InvalidDataException($"line 1: the header is not {Header}");
        }

        // A year has half a million lines of a few thousand customers and products: each name is kept once.
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        while (csv.Read(fields))
        {
            if (fields.Count != 8)
            {
                throw new InvalidDataException($"line {csv.Line}: {fields.Count} fields instead of 8");
            }
            yield return new ShopLine(
                Once(fields[0]), Time(fields[1], csv.Line), fields[2].Length == 0 ? null : Once(fields[2]), Once(fields[3]),
                int.TryParse(fields[4], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int quantity)
                    ? quantity : throw new InvalidDataException($"line {csv.Line}: quantity '{fields[4]}' is not a whole number"),
                decimal.TryParse(fields[5], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal price)
                    ? price : throw new InvalidDataException($"line {csv.Line}: unit_price '{fields[5]}' is not a decimal"),
                Once(fields[6]));
        }

        string Once(string name) => names.TryGetValue(name, out string? known) ? known : names[name] = name;
    }

    private static DateTimeOffset Time(string text, int line) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at : throw new InvalidDataException($"line {line}: at '{text}' is not a time");
}
