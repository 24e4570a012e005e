using System.Net;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>An answer as it came over HTTP/2.</summary>
internal sealed record RawAnswer(HttpStatusCode Http, Dictionary<string, string> Headers, byte[] Body, Dictionary<string, string> Trailers)
{
    /// <summary>The name before the colon of the status message.</summary>
    public string Fault => Headers["grpc-message"].Split(':')[0];

    /// <summary>Status in the headers, no body, no trailers: what clients may try again.</summary>
    public void ShouldBeTrailersOnly(StatusCode status, string? fault = null)
    {
        Http.ShouldBe(HttpStatusCode.OK);
        Headers["content-type"].ShouldBe("application/grpc");
        Headers["grpc-status"].ShouldBe(((int)status).ToString());
        Body.ShouldBeEmpty();
        Trailers.ShouldBeEmpty();
        if (fault is not null)
        {
            Fault.ShouldBe(fault);
        }
    }

    public void ShouldBeOk()
    {
        Http.ShouldBe(HttpStatusCode.OK);
        Headers.ShouldNotContainKey("grpc-status");
        Trailers["grpc-status"].ShouldBe("0");
    }
}
