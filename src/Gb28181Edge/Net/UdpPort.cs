using System.Net;
using System.Net.Sockets;

namespace Gb28181Edge.Net;

/// <summary>One UDP socket: datagrams in, datagrams out.</summary>
internal sealed class UdpPort : IDisposable
{
    /// <summary>The largest UDP payload over IPv4.</summary>
    public const int MaxDatagram = 65_507;

    // Room for a burst while the loop is busy; the kernel doubles it for its own book-keeping.
    private const int ReceiveBuffer = 512 * 1024;

    private readonly Socket _socket;

    /// <summary>Binds.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public UdpPort(IPEndPoint local)
    {
        _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer };
        try
        {
            _socket.Bind(local);
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }
    }

    public int LocalPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Receives until <paramref name="stop"/>. One datagram at a time, in order.</summary>
    /// <param name="onDatagram">The bytes are the callee's.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action<ReadOnlyMemory<byte>, IPEndPoint> onDatagram, CancellationToken stop)
    {
        byte[] buffer = new byte[65_536];
        EndPoint any = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        try
        {
            while (true)
            {
                try
                {
                    SocketReceiveFromResult received = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, any, stop);
                    onDatagram(buffer.AsSpan(0, received.ReceivedBytes).ToArray(), (IPEndPoint)received.RemoteEndPoint);
                }
                catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown)
                {
                    // The answer of the network to an earlier datagram: its transaction will time out.
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Sends one datagram; never waits for the network.</summary>
    /// <returns>Null when the kernel took it, else why not, for a person.</returns>
    public string? Send(ReadOnlySpan<byte> datagram, IPEndPoint remote)
    {
        if (datagram.Length > MaxDatagram) return $"{datagram.Length} bytes do not fit a datagram";
        try
        {
            _socket.SendTo(datagram, SocketFlags.None, remote);
            return null;
        }
        catch (SocketException error)
        {
            return error.Message;
        }
    }

    public void Dispose() => _socket.Dispose();
}
