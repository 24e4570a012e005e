using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SegmentOfOne.LoadTest.Measure;

namespace SegmentOfOne.LoadTest.Reports;

/// <summary>
/// A histogram as JSON: count, min_ns, max_ns, sum_ns (text, since it may be longer than a double holds), the usual percentiles
/// for who reads it, and its buckets as pairs of place and count one after the other, from which it is read back exactly.
/// </summary>
internal sealed class HistogramConverter : JsonConverter<LatencyHistogram>
{
    private static readonly (string Name, double Share)[] Percentiles =
        [("p50_ns", 0.5), ("p90_ns", 0.9), ("p99_ns", 0.99), ("p99.9_ns", 0.999), ("p99.99_ns", 0.9999)];

    public override void Write(Utf8JsonWriter writer, LatencyHistogram value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("count", value.Count);
        if (value.Count > 0)
        {
            writer.WriteNumber("min_ns", value.MinNanoseconds);
            writer.WriteNumber("max_ns", value.MaxNanoseconds);
            writer.WriteString("sum_ns", value.SumNanoseconds.ToString(CultureInfo.InvariantCulture));
            foreach (var (name, share) in Percentiles)
            {
                writer.WriteNumber(name, value.Percentile(share));
            }
            // On one line, also in a document that isn't.
            writer.WritePropertyName("buckets");
            writer.WriteRawValue($"[{string.Join(',', value.Buckets.Select(bucket => string.Create(CultureInfo.InvariantCulture, $"{bucket.Bucket},{bucket.Count}")))}]");
        }
        writer.WriteEndObject();
    }

    public override LatencyHistogram Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var histogram = document.RootElement;
        if (histogram.GetProperty("count").GetInt64() == 0)
        {
            return new LatencyHistogram();
        }
        long[] numbers = [.. histogram.GetProperty("buckets").EnumerateArray().Select(number => number.GetInt64())];
        if (numbers.Length % 2 != 0 || !UInt128.TryParse(histogram.GetProperty("sum_ns").GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var sum))
        {
            throw new InvalidDataException("The buckets of a histogram are pairs, and its sum is a whole number.");
        }
        return LatencyHistogram.Of(
            numbers.Chunk(2).Select(pair => ((int)Math.Clamp(pair[0], -1, int.MaxValue), pair[1])),
            sum, histogram.GetProperty("min_ns").GetInt64(), histogram.GetProperty("max_ns").GetInt64());
    }
}
