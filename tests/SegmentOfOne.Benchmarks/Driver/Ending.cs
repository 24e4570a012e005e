using System.Buffers.Text;

namespace SegmentOfOne.Benchmarks.Driver;

/// <summary>How a call ended.</summary>
/// <param name="IsAnswer">It brought a message.</param>
/// <param name="Status">Of a refusal, its gRPC status; -1: it doesn't say.</param>
/// <param name="SaysWhen">A refusal says when to come back (gRFC A6).</param>
public readonly record struct Ending(bool IsAnswer, int Status, bool SaysWhen)
{
    public const int ResourceExhausted = 8;

    public static readonly Ending Answer = new(true, 0, false);

    /// <summary>Of a refusal, from headers that are sent in full: names and values stand there as text, each behind a byte with its length.</summary>
    public static Ending Of(ReadOnlySpan<byte> headers)
    {
        var name = "grpc-status"u8;
        var at = headers.IndexOf(name);
        var value = at < 0 || headers.Length < at + name.Length + 2 ? default : headers[(at + name.Length + 1)..];
        value = value.IsEmpty ? value : value[..Math.Min(value.Length, headers[at + name.Length])];
        return new Ending(false, Utf8Parser.TryParse(value, out int status, out _) ? status : -1, headers.IndexOf("grpc-retry-pushback-ms"u8) >= 0);
    }
}
