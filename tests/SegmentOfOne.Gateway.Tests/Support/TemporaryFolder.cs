namespace SegmentOfOne.Gateway.Tests.Support;

/// <summary>A folder that is gone when the test is, and the vault beside it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("segmentofone-gateway-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        if (Directory.Exists(Path + ".vault"))
        {
            Directory.Delete(Path + ".vault", recursive: true);
        }
    }
}
