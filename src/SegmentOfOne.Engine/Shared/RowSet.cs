using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace SegmentOfOne.Engine.Shared;

/// <summary>
/// Rows that go to the database with one statement, a list a column: as arrays where the database takes those, else as one JSON text.
/// In the statement they are a table e.
/// </summary>
internal sealed class RowSet
{
    /// <summary>The parameter that holds the JSON text.</summary>
    private const string Json = "rows";

    private readonly List<Column> _columns = [];

    /// <summary>A column, to be filled.</summary>
    public List<T> AddColumn<T>(string name)
        where T : notnull
    {
        var column = new Column<T>(name);
        _columns.Add(column);
        return column.Values;
    }

    public void Clear() => _columns.ForEach(column => column.Clear());

    /// <summary>The table e, as an item of FROM.</summary>
    public string From(SqlDialect dialect) => dialect.TakesArrays
        ? $"unnest({List(column => "@" + column.Name)}) AS e({List(column => column.Name)})"
        : $"OPENJSON(@{Json}) WITH ({List((column, i) => $"{column.Name} {column.SqlServerType} '$[{i}]'")}) AS e";

    /// <summary>The names of the columns, with commas between.</summary>
    public string Names(string prefix = "") => List(column => prefix + column.Name);

    public void Bind(SqlStatement statement, SqlDialect dialect)
    {
        if (!dialect.TakesArrays)
        {
            statement.Set(Json, WriteJson());
            return;
        }

        foreach (var column in _columns)
        {
            statement.Set(column.Name, column.Array);
        }
    }

    private string WriteJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            for (var row = 0; row < _columns[0].Count; row++)
            {
                json.WriteStartArray();
                foreach (var column in _columns)
                {
                    column.Write(json, row);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private string List(Func<Column, string> text) => string.Join(", ", _columns.Select(text));

    private string List(Func<Column, int, string> text) => string.Join(", ", _columns.Select(text));

    private abstract class Column(string name)
    {
        public string Name { get; } = name;

        public abstract int Count { get; }

        public abstract object Array { get; }

        public abstract string SqlServerType { get; }

        public abstract void Clear();

        public abstract void Write(Utf8JsonWriter json, int row);
    }

    private sealed class Column<T>(string name) : Column(name)
        where T : notnull
    {
        public List<T> Values { get; } = [];

        public override int Count => Values.Count;

        public override object Array => Values;

        public override string SqlServerType => default(T) switch
        {
            long => "bigint",
            double => "float",
            decimal => "decimal(38, 14)",
            Guid => "uniqueidentifier",
            ReadOnlyMemory<byte> => "varbinary(max)",
            null when typeof(T) == typeof(string) => "nvarchar(400)",
            _ => throw new UnreachableException($"a column of {typeof(T).Name}"),
        };

        public override void Clear() => Values.Clear();

        public override void Write(Utf8JsonWriter json, int row)
        {
            switch (Values[row])
            {
                case long number:
                    json.WriteNumberValue(number);
                    break;
                case double number:
                    json.WriteNumberValue(number);
                    break;
                case decimal number:
                    json.WriteNumberValue(number);
                    break;
                case Guid uuid:
                    json.WriteStringValue(uuid);
                    break;
                case ReadOnlyMemory<byte> bytes:
                    json.WriteBase64StringValue(bytes.Span);
                    break;
                case string text:
                    json.WriteStringValue(text);
                    break;
                default:
                    throw new UnreachableException($"a column of {typeof(T).Name}");
            }
        }
    }
}
