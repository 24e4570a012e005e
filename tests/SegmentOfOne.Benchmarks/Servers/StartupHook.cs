using System.Net.Sockets;
using System.Runtime;
using System.Text;

/// <summary>
/// Loaded into a measured server by DOTNET_STARTUP_HOOKS, before its Main: the program itself stays as it is. On each
/// connection to the socket named in <see cref="SocketVariable"/> it writes what only the process knows of itself. The name
/// and the missing namespace are what the runtime looks for.
/// </summary>
internal static class StartupHook
{
    /// <summary>The environment variable that names the Unix socket to listen on.</summary>
    public const string SocketVariable = "SEGMENTOFONE_METER";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(SocketVariable) is string path)
        {
            new Thread(() => Answer(path)) { IsBackground = true, Name = "meter" }.Start();
        }
    }

    private static void Answer(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        while (true)
        {
            using var caller = listener.Accept();
            var collector = GC.GetGCMemoryInfo();
            caller.Send(Encoding.ASCII.GetBytes(string.Join(' ',
                GC.GetTotalAllocatedBytes(), (long)GC.GetTotalPauseDuration().TotalMicroseconds, Environment.CpuUsage.TotalTime.Ticks, Environment.WorkingSet, collector.HeapSizeBytes,
                ThreadPool.PendingWorkItemCount, (long)JitInfo.GetCompilationTime().TotalMicroseconds, JitInfo.GetCompiledMethodCount())));
        }
    }
}
