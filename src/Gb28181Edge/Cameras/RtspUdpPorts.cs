using System.Net;
using System.Net.Sockets;

namespace Gb28181Edge.Cameras;

/// <summary>An even UDP port for RTP and the next one for RTCP. RFC 3550 §11.</summary>
internal sealed class RtspUdpPorts : IDisposable
{
    private const int Tries = 64;

    /// <summary>A key frame of a 4K camera comes as one burst.</summary>
    private const int ReceiveBuffer = 2 * 1024 * 1024;

    private RtspUdpPorts(Socket rtp, Socket rtcp) => (Rtp, Rtcp) = (rtp, rtcp);

    public Socket Rtp { get; }

    public Socket Rtcp { get; }

    /// <summary>The RTP port; RTCP is on the next.</summary>
    public int Port => ((IPEndPoint)Rtp.LocalEndPoint!).Port;

    /// <summary>Binds a pair to ports that the kernel chooses.</summary>
    /// <exception cref="CameraException">No pair could be bound.</exception>
    public static RtspUdpPorts Bind(IPAddress local)
    {
        // kept until a pair is found, so that the kernel does not offer the same port again
        List<Socket> unfit = [];
        try
        {
            for (int i = 0; i < Tries; i++)
            {
                Socket rtp = BindTo(local, 0)!;
                int port = ((IPEndPoint)rtp.LocalEndPoint!).Port;
                if (port % 2 == 0 && BindTo(local, port + 1) is { } rtcp)
                {
                    rtp.ReceiveBufferSize = ReceiveBuffer;
                    return new RtspUdpPorts(rtp, rtcp);
                }
                unfit.Add(rtp);
            }
            throw new CameraException("no two UDP ports in a row are free for RTP");
        }
        catch (SocketException e)
        {
            throw new CameraException($"no UDP port for RTP: {e.Message}", e);
        }
        finally
        {
            foreach (Socket socket in unfit) socket.Dispose();
        }
    }

    /// <returns>Null when that port is taken.</returns>
    private static Socket? BindTo(IPAddress local, int port)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(local, port));
            return socket;
        }
        catch (SocketException e) when (port != 0 && e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Rtp.Dispose();
        Rtcp.Dispose();
    }
}
