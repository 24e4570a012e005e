using System.Net;
using System.Net.Sockets;

namespace SegmentOfOne.Silo.Hosting;

/// <summary>Ports that nobody listens on.</summary>
internal static class FreePort
{
    /// <summary>The port asked for; a free one where that is 0.</summary>
    public static int Of(IPEndPoint asked)
    {
        if (asked.Port != 0)
        {
            return asked.Port;
        }

        using var probe = new Socket(asked.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(asked);
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
