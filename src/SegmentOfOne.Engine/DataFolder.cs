using System.Globalization;

namespace SegmentOfOne.Engine;

/// <summary>The folder that an engine keeps its data in, held by this process until disposed of, also by its death.</summary>
internal sealed class DataFolder : IDisposable
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int UnixNoSpace = 28;
    private const int UnixReadOnlyFileSystem = 30;

    // A locked file can't be read by others, so who holds it stands in a second one.
    private const string LockFile = "lock";
    private const string HolderFile = "holder";

    private readonly FileStream _lock;

    /// <summary>Makes the folder where it isn't there, and holds it.</summary>
    /// <exception cref="DataFolderException">Another process holds it, or it can't be written.</exception>
    public DataFolder(string path, TimeProvider time)
    {
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path);
            _lock = new FileStream(In(LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(In(HolderFile), string.Create(
                CultureInfo.InvariantCulture,
                $"process {Environment.ProcessId} on {Environment.MachineName} since {time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var failure = Describe(e);
            _lock?.Dispose();
            throw failure;
        }
    }

    public string Path { get; }

    /// <summary>The path of a file in the folder.</summary>
    public string In(string file) => System.IO.Path.Combine(Path, file);

    public void Dispose()
    {
        File.Delete(In(HolderFile));
        _lock.Dispose();
    }

    private DataFolderException Describe(Exception e)
    {
        if (e is IOException { HResult: WindowsDiskFull or UnixNoSpace })
        {
            return new DataFolderException(DataFolderProblem.NoSpace, $"There is no room on the disk of the data folder {Path}.", e);
        }

        if (e is UnauthorizedAccessException or IOException { HResult: UnixReadOnlyFileSystem } || _lock is not null || !File.Exists(In(LockFile)))
        {
            return new DataFolderException(
                DataFolderProblem.ReadOnly,
                $"The data folder {Path} can't be written: {e.Message} Give this process write access to it, or name another folder.",
                e);
        }

        return new DataFolderException(
            DataFolderProblem.InUse, $"The data folder {Path} is held by {Holder()}. Stop it first, or name another folder.", e);
    }

    private string Holder()
    {
        try
        {
            return File.ReadAllText(In(HolderFile));
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
