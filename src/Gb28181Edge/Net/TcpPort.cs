using System.Net;
using System.Net.Sockets;

namespace Gb28181Edge.Net;

/// <summary>One listening TCP socket.</summary>
internal sealed class TcpPort : IDisposable
{
    private const int Backlog = 32;
    private readonly Socket _socket;

    /// <summary>Binds and listens.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public TcpPort(IPEndPoint local)
    {
        _socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(local);
            _socket.Listen(Backlog);
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }
    }

    public int LocalPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Accepts until <paramref name="stop"/>.</summary>
    /// <param name="onAccepted">The socket is the callee's.</param>
    /// <param name="time">For the pause after an error of the system.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action<Socket> onAccepted, TimeProvider time, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                try
                {
                    onAccepted(await _socket.AcceptAsync(stop));
                }
                catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
                {
                    // It was gone before we took it.
                }
                catch (SocketException) when (!stop.IsCancellationRequested)
                {
                    // No file descriptor left, or the network is down: it may pass.
                    await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    public void Dispose() => _socket.Dispose();
}
