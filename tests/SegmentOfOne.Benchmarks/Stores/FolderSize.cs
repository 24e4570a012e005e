namespace SegmentOfOne.Benchmarks.Stores;

/// <summary>Folders as bytes.</summary>
public static class FolderSize
{
    /// <summary>The lengths of all files in it.</summary>
    public static long Of(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>The lengths of those whose names begin so.</summary>
    public static long Of(string folder, string beginning) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Name.StartsWith(beginning, StringComparison.Ordinal)).Sum(file => file.Length);

    /// <summary>Copies all files and folders in it.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
