using System.Net;
using System.Net.Sockets;
using Gb28181Edge.Protocol.Media.Rtp;

namespace Gb28181Edge.Bench;

/// <summary>How the bench platform gets a stream. GB/T 28181-2016 annex L, GB/T 28181-2022 annex D.</summary>
internal enum BenchTransport
{
    Udp,
    /// <summary>The platform listens: <c>a=setup:passive</c> in its offer.</summary>
    TcpPassive,
    /// <summary>The platform connects: <c>a=setup:active</c> in its offer.</summary>
    TcpActive,
}

/// <summary>The sockets of one stream that the bench platform receives. RFC 3550 §11, RFC 4571.</summary>
internal sealed class MediaReceiver : IAsyncDisposable
{
    private const int ReceiveBuffer = 4 << 20;
    private const int BindTries = 64;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly BenchTransport _transport;
    private readonly Socket _socket;
    private readonly Socket? _rtcp;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private Task _runningRtcp = Task.CompletedTask;

    private MediaReceiver(BenchTransport transport, Socket socket, Socket? rtcp, ReceivedStream stream, TimeProvider time)
    {
        (_transport, _socket, _rtcp, Stream, _time) = (transport, socket, rtcp, stream, time);
        _start = time.GetTimestamp();
    }

    public ReceivedStream Stream { get; }

    /// <summary>For the m= line: bound, listening, or (when the platform connects) bound to connect from.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Completes when the device ended a TCP connection, or the receiver was disposed of. Faults on a broken connection.</summary>
    public Task Completion => _running;

    /// <summary>Takes its ports: UDP an even one and the next for RTCP, TCP any.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static MediaReceiver Open(BenchTransport transport, IPAddress address, ReceivedStream stream, TimeProvider time)
    {
        if (transport == BenchTransport.Udp)
        {
            (Socket rtp, Socket rtcp) = BindPair(address);
            rtp.ReceiveBufferSize = ReceiveBuffer;
            return new MediaReceiver(transport, rtp, rtcp, stream, time);
        }
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        if (transport == BenchTransport.TcpPassive) socket.Listen(1);
        return new MediaReceiver(transport, socket, null, stream, time);
    }

    /// <summary>The call begins: the clock for the first picture runs from here.</summary>
    public void Begin() => Stream.Begin(Now);

    /// <summary>Begins to receive.</summary>
    /// <param name="device">Where the device listens; only for <see cref="BenchTransport.TcpActive"/>.</param>
    public void Start(IPEndPoint? device = null)
    {
        _running = _transport switch
        {
            BenchTransport.Udp => ReceiveDatagramsAsync(_stop.Token),
            BenchTransport.TcpPassive => AcceptAsync(_stop.Token),
            _ => ConnectAsync(device ?? throw new ArgumentNullException(nameof(device)), _stop.Token),
        };
        if (_rtcp is not null) _runningRtcp = ReceiveRtcpAsync(_rtcp, _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await Task.WhenAll(_running, _runningRtcp);
        }
        catch (SocketException)
        {
            // whoever cares about a broken connection looks at Completion
        }
        _socket.Dispose();
        _rtcp?.Dispose();
        Stream.Finish();
        Stream.Dispose();
        _stop.Dispose();
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    private static (Socket Rtp, Socket Rtcp) BindPair(IPAddress address)
    {
        for (int attempt = 1; ; attempt++)
        {
            var rtp = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            var rtcp = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                rtp.Bind(new IPEndPoint(address, 0));
                int port = ((IPEndPoint)rtp.LocalEndPoint!).Port;
                if (port % 2 == 0)
                {
                    rtcp.Bind(new IPEndPoint(address, port + 1));
                    return (rtp, rtcp);
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < BindTries)
            {
                // the kernel gave a port whose neighbour is taken: the next one
            }
            rtp.Dispose();
            rtcp.Dispose();
            if (attempt == BindTries) throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }
    }

    private async Task ReceiveDatagramsAsync(CancellationToken stop)
    {
        byte[] buffer = new byte[65_536];
        try
        {
            while (true)
            {
                int size = await _socket.ReceiveAsync(buffer, SocketFlags.None, stop);
                Stream.Take(buffer.AsSpan(0, size), Now);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task ReceiveRtcpAsync(Socket rtcp, CancellationToken stop)
    {
        byte[] buffer = new byte[2048];
        try
        {
            while (true)
            {
                int size = await rtcp.ReceiveAsync(buffer, SocketFlags.None, stop);
                Stream.TakeRtcp(buffer.AsSpan(0, size));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        try
        {
            using Socket connection = await _socket.AcceptAsync(stop);
            await ReceiveFramesAsync(connection, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task ConnectAsync(IPEndPoint device, CancellationToken stop)
    {
        try
        {
            await _socket.ConnectAsync(device, stop);
            await ReceiveFramesAsync(_socket, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task ReceiveFramesAsync(Socket connection, CancellationToken stop)
    {
        byte[] buffer = new byte[65_536];
        RtpTcpFraming framing = new();
        while (true)
        {
            int size = await connection.ReceiveAsync(buffer, SocketFlags.None, stop);
            if (size == 0) return;
            framing.Push(buffer.AsSpan(0, size));
            while (framing.TryRead(out ReadOnlySpan<byte> packet)) Stream.Take(packet, Now);
        }
    }
}
