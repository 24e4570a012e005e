using System.Text;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.LoadTest.Running;

/// <summary>How a call failed.</summary>
/// <param name="Name">The status as gRPC spells it and, where the service named it, the error: <c>INVALID_ARGUMENT unknown_kind</c>.</param>
/// <param name="IsRefusal">Whether the service has no room now and says when to come back, or never to: RESOURCE_EXHAUSTED with <c>grpc-retry-pushback-ms</c>.</param>
/// <param name="Pushback">Of a refusal: when to come back; null: never.</param>
public sealed record CallFailure(string Name, bool IsRefusal, TimeSpan? Pushback)
{
    private const string ErrorName = "segmentofone-error";
    private const int LongestName = 100;

    public static CallFailure Of(GrpcException failure)
    {
        var name = failure.Trailers.Get(ErrorName) is { Length: <= LongestName } error ? $"{Spell(failure.Status)} {error}" : Spell(failure.Status);
        return failure is { Status: StatusCode.ResourceExhausted, RetryPushback: { } wait }
            ? new CallFailure(name, true, wait == Timeout.InfiniteTimeSpan ? null : wait)
            : new CallFailure(name, false, null);
    }

    private static string Spell(StatusCode status)
    {
        var spelt = new StringBuilder();
        foreach (var letter in status.ToString())
        {
            spelt.Append(char.IsAsciiLetterUpper(letter) && spelt.Length > 0 ? "_" : "").Append(char.ToUpperInvariant(letter));
        }
        return spelt.ToString();
    }
}
