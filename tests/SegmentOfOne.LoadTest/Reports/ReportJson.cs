using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SegmentOfOne.LoadTest.Reports;

/// <summary>Reports as JSON files, and whatever processes of one run tell each other.</summary>
public static class ReportJson
{
    /// <summary>The names and forms of the JSON.</summary>
    internal static readonly JsonSerializerOptions Options = Create(indented: false);

    private static readonly JsonSerializerOptions Indented = Create(indented: true);

    /// <summary>Writes a report; whatever stood there is replaced when the new one is whole.</summary>
    public static void Write(LoadReport report, string path)
    {
        var beside = path + ".new";
        using (var file = File.Create(beside))
        {
            JsonSerializer.Serialize(file, report, Indented);
        }
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Reads a report.</summary>
    /// <exception cref="InvalidDataException">The file is none, or of another version.</exception>
    public static LoadReport Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            var document = JsonSerializer.Deserialize<JsonElement>(file);
            if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty("schema_version", out var version) || version.ValueKind != JsonValueKind.Number)
            {
                throw new InvalidDataException("it has no schema_version");
            }
            if (!version.TryGetInt32(out var number) || number != LoadReport.CurrentSchema)
            {
                throw new InvalidDataException($"its schema_version is {version}, and this program reads {LoadReport.CurrentSchema}");
            }
            return document.Deserialize<LoadReport>(Options)!;
        }
        catch (Exception broken) when (broken is JsonException or InvalidDataException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is no report of a run: {broken.Message}", broken);
        }
    }

    private static JsonSerializerOptions Create(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = indented,
        NewLine = "\n",
        // Thresholds are to be read by people: < and not \u003C. Pages escape by themselves.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new HistogramConverter() },
        IgnoreReadOnlyProperties = false,
    };
}
