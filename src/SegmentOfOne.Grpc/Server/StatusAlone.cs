using System.Globalization;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>
/// An answer that is a status and nothing else ("Trailers-Only"): it stands in the headers. A client takes a call as committed
/// when headers come first and the status behind, and would never try it again.
/// </summary>
internal static class StatusAlone
{
    public static void Answer(HttpResponse response, GrpcServerOptions options, string method, GrpcException failure)
    {
        response.ContentType = Names.ContentType;
        options.OnFailure?.Invoke(failure, method);
        Append(response.Headers, failure);
    }

    /// <summary>Puts a failure into headers or trailers.</summary>
    public static void Append(IHeaderDictionary target, GrpcException failure)
    {
        target.GrpcStatus = ((int)failure.Status).ToString(CultureInfo.InvariantCulture);
        target.GrpcMessage = PercentText.Encode(failure.Message);
        Append(target, failure.Trailers);
    }

    /// <summary>Puts metadata into headers or trailers.</summary>
    public static void Append(IHeaderDictionary target, GrpcMetadata metadata)
    {
        foreach (var (key, value) in metadata.Entries)
        {
            target.Append(key, value);
        }
    }
}
