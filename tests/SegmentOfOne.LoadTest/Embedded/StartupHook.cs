using System.Diagnostics;

/// <summary>
/// Loaded into the gateway of <c>--embedded</c> by DOTNET_STARTUP_HOOKS, before its Main: when its standard input ends, whoever
/// started it is gone, and so the process removes its folder and kills itself. The name and the missing namespace are what the
/// runtime looks for.
/// </summary>
internal static class StartupHook
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string FolderVariable = "SEGMENTOFONE_EMBEDDED_FOLDER";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            new Thread(() => Wait(folder)) { IsBackground = true, Name = "whoever started this" }.Start();
        }
    }

    private static void Wait(string folder)
    {
        using (var input = Console.OpenStandardInput())
        {
            while (input.ReadByte() >= 0)
            {
            }
        }
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // Something was written there meanwhile: it stays in the system's folder for temporary files.
        }
        Process.GetCurrentProcess().Kill();
    }
}
