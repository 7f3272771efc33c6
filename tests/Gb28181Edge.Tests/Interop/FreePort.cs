using System.Net;
using System.Net.Sockets;

namespace Gb28181Edge.Tests.Interop;

/// <summary>Ports of loopback for programs that cannot take any free one themselves.</summary>
internal static class FreePort
{
    /// <summary>One that the kernel gave for UDP and that is free for TCP as well.</summary>
    public static int Take()
    {
        for (int attempt = 0; ; attempt++)
        {
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            int port = ((IPEndPoint)udp.LocalEndPoint!).Port;
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < 20)
            {
                // another one, then
            }
        }
    }
}
