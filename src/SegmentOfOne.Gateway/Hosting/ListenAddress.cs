using System.Globalization;
using System.Net;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>
/// Where to listen: HOST:PORT, the host an IPv4 address, an IPv6 address in brackets, or localhost (127.0.0.1).
/// Port 0 lets the system choose.
/// </summary>
public readonly record struct ListenAddress(IPAddress Host, int Port)
{
    /// <summary>Only this machine reaches it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Host);

    /// <summary>Reads <paramref name="text"/>; when it cannot be served, <paramref name="problem"/> says why.</summary>
    public static bool TryParse(string text, out ListenAddress address, out string problem)
    {
        address = default;
        var colon = text.LastIndexOf(':');
        if (colon <= 0)
        {
            problem = $"'{text}' is not HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080.";
            return false;
        }

        var host = text[..colon];
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!bracketed && host.Contains(':'))
        {
            problem = $"'{text}': an IPv6 address stands in brackets, such as [::1]:8080.";
            return false;
        }

        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
        {
            problem = $"'{text}': the port is a number from 0 to {IPEndPoint.MaxPort}.";
            return false;
        }

        IPAddress? ip;
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            ip = IPAddress.Loopback;
        }
        else if (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out ip))
        {
            problem = $"'{host}' is neither an IP address nor localhost.";
            return false;
        }

        address = new ListenAddress(ip, port);
        problem = "";
        return true;
    }

    public override string ToString() => new IPEndPoint(Host, Port).ToString();
}
