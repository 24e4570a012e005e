namespace SegmentOfOne.Grpc.Wire;

/// <summary>Header names and values of gRPC over HTTP/2.</summary>
internal static class Names
{
    public const string ContentType = "application/grpc";
    public const string Te = "te";
    public const string Trailers = "trailers";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string RetryPushback = "grpc-retry-pushback-ms";
    public const string PreviousAttempts = "grpc-previous-rpc-attempts";
    public const string Gzip = "gzip";
    public const string Identity = "identity";
    public const string Accepted = "identity,gzip";

    /// <summary>True for <c>application/grpc</c> and <c>application/grpc+proto</c>, with or without parameters.</summary>
    public static bool IsGrpcContentType(ReadOnlySpan<char> value)
    {
        if (value.SequenceEqual(ContentType))
        {
            return true;
        }

        if (!value.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = value[ContentType.Length..];
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest["+proto".Length..];
        }

        rest = rest.TrimStart(' ');
        return rest.IsEmpty || rest[0] == ';';
    }

    /// <summary>True when a comma-separated list of encodings has gzip in it.</summary>
    public static bool ListsGzip(ReadOnlySpan<char> encodings)
    {
        foreach (var range in encodings.Split(','))
        {
            if (encodings[range].Trim(' ').Equals(Gzip, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
