namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>A folder of its own, gone when disposed of, and the vault beside it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string SharedMemory = "/dev/shm";

    /// <param name="inMemory">In memory where the machine has a place for it: for tests that open many databases and lose no power.</param>
    public TemporaryFolder(bool inMemory = false)
    {
        Path = inMemory && Directory.Exists(SharedMemory)
            ? Directory.CreateDirectory($"{SharedMemory}/segmentofone-{Guid.NewGuid():N}").FullName
            : Directory.CreateTempSubdirectory("segmentofone-").FullName;
    }

    public string Path { get; }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        if (Directory.Exists(Path + ".vault"))
        {
            Directory.Delete(Path + ".vault", recursive: true);
        }
    }
}
