using System.Text;

namespace SegmentOfOne.LoadTest.Shop;

/// <summary>Records of comma-separated text (RFC 4180): quoted fields, doubled quotes, line ends inside quotes.</summary>
public sealed class CsvReader(TextReader reader)
{
    private readonly StringBuilder _field = new();

    /// <summary>The line, from 1, at which the record last read begins.</summary>
    public int Line { get; private set; }

    private int _nextLine = 1;

    /// <summary>Fills <paramref name="fields"/> with the next record.</summary>
    /// <returns>False at the end of the text.</returns>
    /// <exception cref="InvalidDataException">A quote is never closed, or text follows a closing quote.</exception>
    public bool Read(List<string> fields)
    {
        fields.Clear();
        Line = _nextLine;
        if (reader.Peek() < 0)
        {
            return false;
        }
        while (true)
        {
            var end = reader.Peek() == '"' ? ReadQuoted() : ReadPlain();
            fields.Add(_field.ToString());
            _field.Clear();
            if (end == ',')
            {
                continue;
            }
            if (end == '\r' && reader.Peek() == '\n')
            {
                reader.Read();
            }
            _nextLine++;
            return true;
        }
    }

    private int ReadPlain()
    {
        while (true)
        {
            var c = reader.Read();
            if (c is ',' or '\r' or '\n' or < 0)
            {
                return c;
            }
            _field.Append((char)c);
        }
    }

    private int ReadQuoted()
    {
        reader.Read();
        while (true)
        {
            var c = reader.Read();
            switch (c)
            {
                case < 0:
                    throw new InvalidDataException($"line {Line}: a quote is opened and never closed");
                case '"' when reader.Peek() == '"':
                    reader.Read();
                    _field.Append('"');
                    break;
                case '"':
                    c = reader.Read();
                    return c is ',' or '\r' or '\n' or < 0
                        ? c
                        : throw new InvalidDataException($"line {Line}: text follows a closing quote");
                case '\n':
                    _nextLine++;
                    goto default;
                default:
                    _field.Append((char)c);
                    break;
            }
        }
    }
}
