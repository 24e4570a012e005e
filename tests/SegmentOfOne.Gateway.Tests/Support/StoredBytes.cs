using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace SegmentOfOne.Gateway.Tests.Support;

/// <summary>Every row of every table of a data folder, read beside the running program: equal texts are equal stores.</summary>
internal static class StoredBytes
{
    /// <summary>How far the store was looked through for a playbook, which is noted in the background and says nothing of anybody.</summary>
    private const string Looked = "adopted";

    public static string Read(string folder)
    {
        var lines = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.db").Order(StringComparer.Ordinal))
        {
            using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
            database.Open();
            foreach (var table in Rows(database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").Select(row => row[0]))
            {
                lines.AddRange(Rows(database, $"SELECT * FROM \"{table}\"").Where(row => row[0] != Looked).Select(row => $"{Path.GetFileName(file)} {table}: {string.Join('|', row)}").Order(StringComparer.Ordinal));
            }
        }

        lines.Count.ShouldBeGreaterThan(0);
        return string.Join('\n', lines);
    }

    private static List<string[]> Rows(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add([.. values.Select(value => value is byte[] bytes ? Convert.ToHexString(SHA256.HashData(bytes)) : $"{value}")]);
        }

        return rows;
    }
}
