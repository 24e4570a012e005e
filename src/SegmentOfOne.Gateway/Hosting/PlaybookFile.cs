namespace SegmentOfOne.Gateway.Hosting;

/// <summary>A playbook in a file.</summary>
public static class PlaybookFile
{
    /// <exception cref="GatewayStartException">The file can't be read.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"The playbook {path} can't be read: {exception.Message}", exception);
        }
    }
}
